package io.github.npu4j.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What each module brings onto the path of a program that depends on it, its dependencies' own
 * included: the build writes it down, and this test fails when there is more than stands here.
 */
class DependenciesTest {

  /** Relative to a module's folder. */
  private static final String LIST = "target/run-time-dependencies.txt";

  /** {@code group:artifact:type[:classifier]:version:scope -- module name}. */
  private static final Pattern LINE =
      Pattern.compile(
          " +(?<name>[^: ]+:[^: ]+):jar:.*:(?:compile|runtime)(?<optional> \\(optional\\))?.*");

  private static final Set<String> NATIVE = Set.of();

  private static final Set<String> CORE =
      Set.of(
          "io.github.npu4j:npu4j-native",
          "com.microsoft.onnxruntime:onnxruntime",
          "com.fasterxml.jackson.core:jackson-core",
          "com.github.ben-manes.caffeine:caffeine",
          "com.google.errorprone:error_prone_annotations"); // caffeine's

  /** What only those get who name Hugging Face's tokenizers themselves, whose jar is optional. */
  private static final Set<String> CORE_WITH_TOKENIZERS =
      with(
          CORE,
          "ai.djl:api",
          "com.google.code.gson:gson",
          "commons-codec:commons-codec",
          "commons-io:commons-io",
          "net.java.dev.jna:jna",
          "org.apache.commons:commons-compress",
          "org.slf4j:slf4j-api");

  private static final Set<String> TOOLS =
      with(CORE, "io.github.npu4j:npu4j", "org.hdrhistogram:HdrHistogram");

  private static final Set<String> CLI =
      with(
          TOOLS,
          "io.github.npu4j:npu4j-tools",
          "info.picocli:picocli",
          "me.tongfei:progressbar",
          "org.jline:jline-native", // progressbar's
          "org.jline:jline-terminal");

  private static final Map<Module, Set<String>> ALLOWED =
      Map.of(
          Module.NATIVE,
          NATIVE,
          Module.CORE,
          CORE_WITH_TOKENIZERS,
          Module.TOOLS,
          TOOLS,
          Module.CLI,
          CLI);

  @ParameterizedTest
  @EnumSource
  void bringsNothingMore(Module module) throws IOException {
    Path list = module.folder().resolve(LIST);
    assertTrue(Files.exists(list), () -> list + ": written by Maven before the tests");
    Set<String> found = names(Files.readAllLines(list));
    found.removeAll(ALLOWED.get(module));
    assertEquals(Set.of(), found, module::toString);
  }

  @Test
  void readsWhatMavenWrites() {
    assertEquals(
        Set.of("com.example:one", "com.example:two"),
        names(
            List.of(
                "The following files have been resolved:",
                "   com.example:one:jar:1.0:compile -- module com.example.one",
                "   com.example:two:jar:linux-x86_64:1.0:runtime -- module two [auto]",
                "   com.example:three:jar:1.0:compile (optional) -- module three",
                "   com.example:four:jar:1.0:test -- module four",
                "")));
    assertEquals(Set.of(), names(List.of("The following files have been resolved:", "   none")));
  }

  /** The artifacts that every user of the module gets. */
  private static Set<String> names(List<String> lines) {
    Set<String> names = new TreeSet<>();
    for (String line : lines) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches() && matcher.group("optional") == null) {
        names.add(matcher.group("name"));
      }
    }
    return names;
  }

  private static Set<String> with(Set<String> names, String... more) {
    Set<String> all = new HashSet<>(names);
    Stream.of(more).forEach(all::add);
    return all;
  }
}
