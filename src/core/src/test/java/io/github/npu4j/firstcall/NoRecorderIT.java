package io.github.npu4j.firstcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.store.Progress;
import io.github.npu4j.text.Embedder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A Java image without the Flight Recorder, as jlink makes them, has no events and all else. */
class NoRecorderIT {

  /** A program that embeds a text and says which of the JDK's modules there are. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      System.out.println("recorder: " + ModuleLayer.boot().findModule("jdk.jfr").isPresent());
      try (Embedder embedder = Embedder.open("minilm", Device.CPU)) {
        System.out.println("values: " + embedder.embed("one").length);
      } catch (NpuException refused) {
        System.out.println(refused.getMessage());
      }
    }
  }

  @BeforeAll
  static void pull() {
    ModelCatalog.standard().pull("minilm", Progress.NONE);
  }

  @Test
  void embedsWithoutTheModule() throws Exception {
    ChildProcess child = run("--limit-modules", "java.base,java.logging,jdk.unsupported");
    assertTrue(child.printed().contains("recorder: false"), child.printed());
    assertTrue(child.printed().contains("values: 384"), child.printed());
    assertEquals(0, child.code(), child.printed());
  }

  /** The log's line is on the console where nothing was configured, and gone where it was. */
  @Test
  void logsOneLineUnlessALoggerIsSilenced() throws Exception {
    ChildProcess told = run("-Dnpu4j.none=1");
    assertTrue(told.printed().contains("minilm was opened in "), told.printed());
    assertTrue(told.printed().contains("recorder: true"), told.printed());
    ChildProcess silent =
        run("--limit-modules", "java.base,jdk.unsupported", "-Djdk.system.logger.level=ERROR");
    assertFalse(silent.printed().contains("was opened in "), silent.printed());
    assertTrue(silent.printed().contains("values: 384"), silent.printed());
  }

  private static ChildProcess run(String... options) throws Exception {
    List<String> arguments = new java.util.ArrayList<>(List.of(options));
    arguments.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName()));
    return ChildProcess.java(arguments, Map.of());
  }
}
