package io.github.npu4j.store.entries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Cache.Section;
import io.github.npu4j.store.files.FileState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileEntriesTest {

  @TempDir private Path folder;

  @Test
  void whatWasNotUsedForLongestGoesFirst() throws IOException {
    FileEntries entries = new FileEntries(cache(), Section.COMPILED, "made-", 3);
    Path first = publish(entries, "0");
    for (String file : List.of("1", "2")) {
      age(publish(entries, file));
    }
    age(first);
    publish(entries, "0"); // used again
    Path newest = publish(entries, "3");
    assertTrue(Files.exists(first), "used last");
    assertTrue(Files.exists(newest));
    assertEquals(3, cache().list(Section.COMPILED).size());
  }

  /** A program can set a file's time back and keep its size, but not the time of that change. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no change time that Java tells")
  void anotherContentOfTheSameSizeAndTimeIsAnotherState() throws IOException {
    Path file = Files.writeString(folder.resolve("model.onnx"), "one");
    FileTime time = Files.getLastModifiedTime(file);
    FileState before = FileState.of(file);
    assertEquals(before, FileState.of(file));
    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, time);
    assertNotEquals(before.state(), FileState.of(file).state());
    assertEquals(before.file(), FileState.of(file).file());
  }

  @Test
  void whatChangesWhileItIsReadIsNotRemembered() throws IOException {
    FileEntries entries = new FileEntries(cache(), Section.COMPILED, "made-", 3);
    Path file = Files.writeString(folder.resolve("a"), "one");
    assertThrows(
        IOException.class, () -> entries.publish(file, _ -> Files.writeString(file, "another")));
    assertEquals(List.of(), cache().list(Section.COMPILED));
  }

  @Test
  void anEntryBelongsToWhatItWasMadeWith() throws IOException {
    FileEntries entries = new FileEntries(cache(), Section.COMPILED, "made-", 3);
    Path file = Files.writeString(folder.resolve("a"), "one");
    Path one = entries.publish(file, "library 1", _ -> {});
    Path two = entries.publish(file, "library 2", _ -> {});
    assertNotEquals(one, two);
    assertFalse(Files.exists(one), "of an earlier library");
  }

  @Test
  void noLockStays() throws IOException {
    FileEntries entries = new FileEntries(cache(), Section.COMPILED, "made-", 2);
    for (int i = 0; i < 5; i++) {
      publish(entries, Integer.toString(i));
    }
    try (Stream<Path> locks = Files.list(cache().root().resolve(".locks"))) {
      assertEquals(List.of(), locks.toList());
    }
  }

  private Path publish(FileEntries entries, String name) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      Files.writeString(file, name);
    }
    return entries.publish(file, into -> Files.writeString(into.resolve("made"), name));
  }

  private static void age(Path entry) throws IOException {
    Files.setLastModifiedTime(entry, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
  }

  private Cache cache() {
    return Cache.at(folder.resolve("cache"));
  }
}
