package io.github.npu4j.cli.installed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.cli.Terminal;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Cache.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The commands {@code runtime}, {@code cache} and {@code models} over a cache of their own. */
@Isolated("they find the cache by a system property")
class CacheCommandsTest {

  @TempDir Path home;
  private final Terminal terminal = new Terminal();
  private String before = "";

  @BeforeEach
  void useAnEmptyCache() {
    before = System.getProperty(Cache.HOME_PROPERTY, "");
    System.setProperty(Cache.HOME_PROPERTY, home.toString());
  }

  @AfterEach
  void restore() {
    System.setProperty(Cache.HOME_PROPERTY, before);
  }

  @Test
  void anEmptyCacheIsNoError() {
    assertEquals(ExitCode.DONE, terminal.run("runtime", "list"));
    assertTrue(terminal.results().contains("npu4j runtime install"), terminal.results());
    assertEquals(ExitCode.DONE, terminal.run("cache", "list", "--json"));
    assertTrue(terminal.results().contains("\"entries\": [ ]"), terminal.results());
    assertEquals(ExitCode.DONE, terminal.run("cache", "clean"));
    assertTrue(terminal.results().contains("removed 0"), terminal.results());
  }

  @Test
  void cleanRemovesWhatWasCompiledAndNothingElse() throws IOException {
    Cache cache = Cache.standard();
    cache.publish(Section.COMPILED, "one", folder -> Files.writeString(folder.resolve("a"), "xyz"));
    cache.publish(Section.COMPILED, "two", _ -> {});
    cache.publish(Section.RUNTIME, "qnn-1.0-linux-x64", _ -> {});
    assertEquals(ExitCode.DONE, terminal.run("cache", "clean", "one", "--json"));
    assertTrue(terminal.results().contains("\"removed\": [ \"one\" ]"), terminal.results());
    assertTrue(terminal.results().contains("\"bytes\": 3"), terminal.results());
    assertEquals(ExitCode.MISSING, terminal.run("cache", "clean", "one"));
    assertEquals(ExitCode.DONE, terminal.run("cache", "clean"));
    assertEquals(ExitCode.DONE, terminal.run("cache", "list"));
    assertTrue(terminal.results().contains("qnn-1.0-linux-x64"), terminal.results());
    assertTrue(!terminal.results().contains("two"), terminal.results());
  }

  @Test
  void removeNamesWhatThereIs() throws IOException {
    Cache.standard().publish(Section.RUNTIME, "qnn-1.0-linux-x64", _ -> {});
    assertEquals(ExitCode.MISSING, terminal.run("runtime", "remove", "qnn-9"));
    assertTrue(terminal.notices().contains("qnn-1.0-linux-x64"), terminal.notices());
    assertEquals(ExitCode.DONE, terminal.run("runtime", "remove", "qnn-1.0-linux-x64"));
    assertTrue(Cache.standard().list(Section.RUNTIME).isEmpty());
  }

  @Test
  void installRefusesOtherFilesAndPlatforms() throws IOException {
    Path file = Files.writeString(home.resolve("x.whl"), "no wheel");
    assertEquals(ExitCode.MISSING, terminal.run("runtime", "install", "--wheel", file.toString()));
    assertTrue(terminal.notices().contains("SHA-256"), terminal.notices());
    assertEquals(ExitCode.MISSING, terminal.run("runtime", "install", "--platform", "macos-arm64"));
    assertTrue(terminal.notices().contains("linux-arm64"), terminal.notices());
    assertEquals("", terminal.results());
  }

  @Test
  void modelsKnowsTheCatalogWithoutNetwork() {
    assertEquals(ExitCode.DONE, terminal.run("models", "list"));
    for (String name : new String[] {"minilm", "bge-small", "e5-small"}) {
      assertTrue(terminal.results().contains("npu4j models pull " + name), terminal.results());
    }
    assertEquals(ExitCode.MISSING, terminal.run("models", "pull", "nope"));
    assertEquals(
        ExitCode.USAGE, terminal.run("models", "pull", "minilm", "e5-small", "--jar", "x.jar"));
  }

  @Test
  void aCommandWithoutItsSecondWordSaysWhichThereAre() {
    for (String name : new String[] {"runtime", "cache", "models"}) {
      assertEquals(ExitCode.USAGE, terminal.run(name));
      assertTrue(terminal.notices().contains("name one of"), terminal.notices());
    }
  }
}
