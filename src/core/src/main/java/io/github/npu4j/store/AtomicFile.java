package io.github.npu4j.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that appear whole or not at all, by one rename; an older file of the name is replaced. */
public final class AtomicFile {

  private AtomicFile() {}

  /**
   * Writes bytes.
   *
   * @param target the file; its folder is there
   * @throws IOException if they can't be written; the target is then as it was
   */
  public static void write(Path target, byte[] content) throws IOException {
    publish(
        target,
        aside -> {
          try (FileChannel channel =
              FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
              channel.write(rest);
            }
            channel.force(true);
          }
        });
  }

  /** Copies a file. */
  public static void copy(Path source, Path target) throws IOException {
    publish(
        target,
        aside -> {
          Files.copy(source, aside);
          try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        });
  }

  private static void publish(Path target, Cache.Fill fill) throws IOException {
    Path aside =
        target.resolveSibling(
            ".writing-"
                + target.getFileName()
                + "~"
                + ProcessHandle.current().pid()
                + "-"
                + Thread.currentThread().threadId());
    try {
      Files.deleteIfExists(aside);
      fill.into(aside);
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(aside);
    }
  }
}
