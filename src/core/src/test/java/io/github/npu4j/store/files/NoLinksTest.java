package io.github.npu4j.store.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Links that someone has put in the way redirect nothing that is written. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a privilege there")
class NoLinksTest {

  private static final int DRAWN = 10_000;

  @TempDir Path temporary;
  private Path precious;
  private Path link;

  @BeforeEach
  void putALinkInTheWay() throws IOException {
    precious = Files.writeString(temporary.resolve("precious"), "kept");
    link = Files.createSymbolicLink(temporary.resolve("link"), precious);
  }

  @Test
  void aFileTakesThePlaceOfALinkAndLeavesWhatItPointsTo() throws IOException {
    AtomicFile.write(link, new byte[] {1});
    assertEquals("kept", Files.readString(precious));
    assertTrue(Files.isRegularFile(link, LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void aLockIsNotTakenThroughALink() throws IOException {
    assertThrows(IOException.class, () -> InterProcessLock.acquire(link).close());
    assertEquals("kept", Files.readString(precious));
  }

  @Test
  void anEntryIsNotWrittenThroughALink() throws IOException {
    Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
    Cache cache = Cache.at(temporary.resolve("cache"));
    Files.createDirectories(cache.folder(Cache.Section.MODELS));
    Path entry = cache.path(Cache.Section.MODELS, "m");
    Files.createSymbolicLink(entry, elsewhere);
    assertTrue(cache.remove(Cache.Section.MODELS, "m"));
    assertTrue(Files.exists(elsewhere));
    cache.publish(Cache.Section.MODELS, "m", folder -> Files.createFile(folder.resolve("f")));
    assertTrue(Files.isRegularFile(entry.resolve("f")));
    assertFalse(Files.exists(elsewhere.resolve("f")));
  }

  @Test
  void whatAKilledWriterLeftIsDeletedByTheNext() throws IOException {
    Path left = Files.writeString(temporary.resolve(".writing-precious~0123456789abcdef"), "half");
    Path young = Files.writeString(temporary.resolve(".writing-precious~0123456789abcdee"), "ha");
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(5)));
    Files.setLastModifiedTime(young, FileTime.from(Instant.now().plusSeconds(60)));
    AtomicFile.write(precious, new byte[] {1});
    assertFalse(Files.exists(left));
    assertTrue(Files.exists(young), "its writer may be about to lock it");
  }

  @Test
  void whatAWriterOfThisProcessHasAsideIsKept() throws IOException {
    try (AtomicFile slow = AtomicFile.begin(precious)) {
      Path aside = asides().getFirst();
      Files.setLastModifiedTime(aside, FileTime.from(Instant.now().minusSeconds(7200)));
      AtomicFile.write(precious, new byte[] {1});
      assertEquals(List.of(aside), asides());
      slow.publish();
    }
    assertEquals(0, Files.size(precious));
    assertEquals(List.of(), asides());
  }

  private List<Path> asides() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(file -> file.getFileName().toString().startsWith(".writing-")).toList();
    }
  }

  @Test
  void namesAsideDontRepeatNorCount() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < DRAWN; i++) {
      String name = AtomicFile.asideName(precious);
      assertTrue(name.matches("\\.writing-precious~[0-9a-f]{16}"), name);
      names.add(name);
      names.add(AtomicFolder.removingName(precious));
    }
    assertEquals(2 * DRAWN, names.size());
  }
}
