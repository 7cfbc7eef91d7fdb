package io.github.npu4j.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.npu4j.store.Cache.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {

  @TempDir Path folder;

  @Test
  void publishesOnceAndFindsItAfterwards() throws IOException {
    Cache cache = Cache.at(folder.resolve("cache"));
    AtomicInteger fills = new AtomicInteger();
    Cache.Fill fill =
        into -> {
          fills.incrementAndGet();
          Files.writeString(into.resolve("a"), "12345");
        };
    Path first = cache.publish(Section.MODELS, "one", fill);
    assertEquals(first, cache.publish(Section.MODELS, "one", fill));
    assertEquals(1, fills.get());
    assertEquals(first, cache.find(Section.MODELS, "one").orElseThrow());
    List<Cache.Entry> entries = cache.list(Section.MODELS);
    assertEquals(1, entries.size());
    assertEquals("one", entries.getFirst().name());
    assertEquals(5, entries.getFirst().bytes());
    assertTrue(cache.list(Section.RUNTIME).isEmpty());
  }

  @Test
  void aFillThatThrowsLeavesNothing() throws IOException {
    Cache cache = Cache.at(folder);
    IOException thrown =
        assertThrows(
            IOException.class,
            () ->
                cache.publish(
                    Section.COMPILED,
                    "broken",
                    into -> {
                      Files.writeString(into.resolve("half"), "x");
                      throw new IOException("the disk is full");
                    }));
    assertEquals("the disk is full", thrown.getMessage());
    assertTrue(cache.find(Section.COMPILED, "broken").isEmpty());
    assertEquals(List.of(), namesIn(cache.folder(Section.COMPILED)));
    cache.publish(Section.COMPILED, "broken", into -> Files.writeString(into.resolve("a"), "b"));
    assertTrue(cache.find(Section.COMPILED, "broken").isPresent());
  }

  @Test
  void whatAKilledWriterLeftIsNeverSeenAndSweptByTheNext() throws IOException {
    Cache cache = Cache.at(folder);
    Path left = cache.folder(Section.RUNTIME).resolve(".writing-qnn~1234");
    Files.createDirectories(left.resolve("sub"));
    Files.writeString(left.resolve("sub/half"), "x");
    assertTrue(cache.list(Section.RUNTIME).isEmpty());
    Path published = cache.publish(Section.RUNTIME, "qnn", _ -> {});
    assertTrue(Files.isDirectory(published));
    assertEquals(List.of("qnn"), namesIn(cache.folder(Section.RUNTIME)));
  }

  @Test
  void manyThreadsPublishOne() throws Exception {
    Cache cache = Cache.at(folder);
    AtomicInteger fills = new AtomicInteger();
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Future<Path>> all =
          IntStream.range(0, 8)
              .mapToObj(_ ->
                  pool.submit(
                      () -> cache.publish(Section.MODELS, "same", _ -> fills.incrementAndGet())))
              .toList();
      for (Future<Path> one : all) {
        assertTrue(Files.isDirectory(one.get()));
      }
    }
    assertEquals(1, fills.get());
  }

  @Test
  void publishingWithinItselfIsRefusedInsteadOfWaitingForever() throws Exception {
    Cache cache = Cache.at(folder);
    try (ExecutorService one = Executors.newSingleThreadExecutor()) {
      Future<?> nested =
          one.submit(() ->
              cache.publish(Section.MODELS, "a", _ -> cache.publish(Section.MODELS, "a", _ -> {})));
      ExecutionException thrown = assertThrows(ExecutionException.class, nested::get);
      assertTrue(thrown.getCause() instanceof IllegalStateException, thrown::toString);
    }
  }

  @Test
  void removes() throws IOException {
    Cache cache = Cache.at(folder);
    cache.publish(Section.MODELS, "gone", into -> Files.writeString(into.resolve("a"), "b"));
    assertTrue(cache.remove(Section.MODELS, "gone"));
    assertFalse(cache.remove(Section.MODELS, "gone"));
    assertEquals(List.of(), namesIn(cache.folder(Section.MODELS)));
  }

  @Test
  void removingDoesNotFollowLinks() throws IOException {
    Path precious = Files.createDirectory(folder.resolve("precious"));
    Files.writeString(precious.resolve("file"), "x");
    Cache cache = Cache.at(folder.resolve("cache"));
    cache.publish(
        Section.MODELS, "linked", into -> Files.createSymbolicLink(into.resolve("link"), precious));
    cache.remove(Section.MODELS, "linked");
    assertTrue(Files.exists(precious.resolve("file")));
  }

  @Test
  void namesThatLeadElsewhereAreRefused() {
    Cache cache = Cache.at(folder);
    for (String name : List.of("", ".", "..", "../x", "a/b", "a\\b", ".hidden", "a b", "C:x")) {
      assertThrows(IllegalArgumentException.class, () -> cache.path(Section.MODELS, name), name);
    }
  }

  @Test
  void aFileInTheWayIsSaidInWords() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Cache cache = Cache.at(file);
    IOException thrown =
        assertThrows(IOException.class, () -> cache.publish(Section.MODELS, "a", _ -> {}));
    assertTrue(thrown.getMessage().contains("can't be written"), thrown::getMessage);
    assertTrue(thrown.getMessage().contains("NPU4J_HOME"), thrown::getMessage);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aReadOnlyFolderIsSaidInWords() throws IOException {
    Cache cache = Cache.at(folder);
    cache.publish(Section.MODELS, "here", _ -> {});
    Path models = cache.folder(Section.MODELS);
    Set<PosixFilePermission> before = Files.getPosixFilePermissions(models);
    Files.setPosixFilePermissions(models, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assumeFalse(Files.isWritable(models), "root may write everywhere");
      IOException thrown =
          assertThrows(IOException.class, () -> cache.publish(Section.MODELS, "new", _ -> {}));
      assertTrue(thrown.getMessage().contains("access denied"), thrown.getMessage());
      assertTrue(cache.find(Section.MODELS, "here").isPresent());
    } finally {
      Files.setPosixFilePermissions(models, before);
    }
  }

  @Test
  void theUsualPlaces() {
    Path home = Path.of("/home/u");
    assertEquals(home.resolve(".cache/npu4j"), Cache.usualRoot(Map.of(), "Linux", home.toString()));
    assertEquals(
        Path.of("/x/npu4j"),
        Cache.usualRoot(Map.of("XDG_CACHE_HOME", "/x"), "Linux", home.toString()));
    assertEquals(
        home.resolve(".cache/npu4j"),
        Cache.usualRoot(Map.of("XDG_CACHE_HOME", "relative"), "Linux", home.toString()));
    assertEquals(
        Path.of("/data/npu4j"),
        Cache.usualRoot(Map.of("LOCALAPPDATA", "/data"), "Windows 11", home.toString()));
    assertEquals(
        home.resolve("Library/Caches/npu4j"),
        Cache.usualRoot(Map.of(), "Mac OS X", home.toString()));
    assertEquals(
        Path.of("/mine"),
        Cache.usualRoot(
            Map.of("NPU4J_HOME", "/mine", "XDG_CACHE_HOME", "/x"), "Linux", home.toString()));
  }

  @Test
  void freeSpaceIsToldBeforeTheFolderExists() throws IOException {
    assertTrue(Cache.at(folder.resolve("a/b/c")).freeBytes() > 0);
  }

  private static List<String> namesIn(Path folder) throws IOException {
    try (var children = Files.list(folder)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }
}
