package io.github.npu4j.firstcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OrtEnvironment;
import com.fasterxml.jackson.core.JsonFactory;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.engine.TestModels;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where Java denies native access, the first call is refused with the flag for exactly that way of
 * starting Java: with it, the same call works.
 */
class NativeAccessIT {

  private static final String DENY = "--illegal-native-access=deny";
  private static final String FLAG = "--enable-native-access=";
  private static final String BINDINGS = FLAG + "io.github.npu4j.bindings";
  private static final String ALL_MODULES =
      BINDINGS + ",io.github.npu4j,com.microsoft.onnxruntime,ai.djl.tokenizers";
  private static final Pattern OPENED =
      Pattern.compile("^.*OpenReport log\\RINFO: .* was opened in .*\\R");

  private static final Pattern NAMED_FLAG = Pattern.compile(FLAG + "[\\w.,-]*\\w");

  /** npu4j and what it needs, with and without which all that is tried here runs. */
  private static final List<String> LIBRARIES =
      Stream.of(
              NpuException.class,
              Tokenizer.class,
              OrtEnvironment.class,
              JsonFactory.class,
              Caffeine.class,
              HuggingFaceTokenizer.class,
              NDManager.class)
          .map(ChildProcess::home)
          .toList();

  @TempDir Path folder;

  private List<String> call(String what) throws IOException {
    return switch (what) {
      case "tokenizer" -> {
        Path minilm = ModelCatalog.standard().require("minilm").path();
        Path libraries = Files.createTempDirectory(folder, "libraries");
        yield List.of(what, minilm.resolve("tokenizer.json").toString(), libraries.toString());
      }
      default -> {
        Path model = TestModels.add(Files.createTempDirectory(folder, "model"));
        yield List.of("model", "CPU", what, model.toString());
      }
    };
  }

  private static ChildProcess run(List<String> options, List<String> call) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(DENY));
    arguments.addAll(options);
    arguments.addAll(call);
    return ChildProcess.java(arguments, Map.of());
  }

  /** Returns the flag that a refusal names, and checks that it is a refusal. */
  private static String flag(ChildProcess refused, String who) {
    assertEquals(FirstCall.REFUSED, refused.code(), refused.printed());
    assertTrue(
        refused.printed().startsWith("Java denies native access to " + who + ": "),
        refused.printed());
    Matcher named = NAMED_FLAG.matcher(refused.printed());
    assertTrue(named.find(), refused.printed());
    return named.group();
  }

  /** Nothing else is printed, but the line that every opening logs where no logger is set up. */
  private static void assertDone(ChildProcess child) {
    assertEquals("done", OPENED.matcher(child.printed()).replaceFirst("").strip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ORT", "JAVA", "tokenizer"})
  void onTheClassPath(String what) throws Exception {
    List<String> program =
        List.of(
            "-cp",
            String.join(System.getProperty("path.separator"), LIBRARIES)
                + System.getProperty("path.separator")
                + ChildProcess.home(FirstCall.class),
            FirstCall.class.getName());
    String flag = flag(run(program, call(what)), who(what));
    assertEquals(FLAG + "ALL-UNNAMED", flag);
    assertDone(run(Stream.concat(Stream.of(flag), program.stream()).toList(), call(what)));
  }

  /** The native tokenizer is refused first where it is all that is used. */
  private static String who(String what) {
    return what.equals("tokenizer") ? "the native tokenizer library" : "npu4j";
  }

  @Test
  void inAnExecutableJar() throws Exception {
    List<String> refused = List.of("-jar", jar("plain.jar", false).toString());
    ChildProcess child = run(refused, call("ORT"));
    assertEquals(FLAG + "ALL-UNNAMED", flag(child, "npu4j"));
    assertTrue(
        child
            .printed()
            .contains(
                "Or write Enable-Native-Access: ALL-UNNAMED into the manifest of "
                    + folder.resolve("plain.jar")),
        child.printed());
    assertDone(run(List.of("-jar", jar("granted.jar", true).toString()), call("ORT")));
    assertDone(run(List.of("-jar", folder.resolve("granted.jar").toString()), call("tokenizer")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ORT", "JAVA", "tokenizer"})
  void onTheModulePath(String what) throws Exception {
    List<String> program =
        List.of(
            "--module-path",
            String.join(System.getProperty("path.separator"), LIBRARIES),
            "--add-modules",
            "io.github.npu4j,ai.djl.tokenizers",
            "-cp",
            ChildProcess.home(FirstCall.class),
            FirstCall.class.getName());
    assertEquals(ALL_MODULES, flag(run(program, call(what)), who(what)));
    if (what.equals("ORT")) {
      assertDone(run(Stream.concat(Stream.of(BINDINGS), program.stream()).toList(), call(what)));
    } else {
      // Allowed itself, npu4j meets one that is not.
      String who =
          what.equals("JAVA") ? "ONNX Runtime's Java package" : "the native tokenizer library";
      List<String> half = Stream.concat(Stream.of(BINDINGS), program.stream()).toList();
      assertEquals(ALL_MODULES, flag(run(half, call(what)), who));
    }
    assertDone(run(Stream.concat(Stream.of(ALL_MODULES), program.stream()).toList(), call(what)));
  }

  /** Makes a jar that is only a manifest: what {@code java -jar} reads, and a class path. */
  private Path jar(String name, boolean granted) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(Attributes.Name.MAIN_CLASS, FirstCall.class.getName());
    main.put(
        Attributes.Name.CLASS_PATH,
        Stream.concat(LIBRARIES.stream(), Stream.of(ChildProcess.home(FirstCall.class)))
            .map(place -> Path.of(place).toUri())
            .map(URI::toString)
            .collect(Collectors.joining(" ")));
    if (granted) {
      main.putValue("Enable-Native-Access", "ALL-UNNAMED");
    }
    Path jar = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(jar)) {
      new JarOutputStream(out, manifest).close();
    }
    return jar;
  }
}
