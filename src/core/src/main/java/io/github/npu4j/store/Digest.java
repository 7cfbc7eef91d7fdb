package io.github.npu4j.store;

import io.github.npu4j.error.BadModelException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The SHA-256 of each chunk of a file, and of those hashes together.
 *
 * <p>Chunks are hashed independently, so all cores take part and an error is told by its place. The
 * root is the SHA-256 over the chunks' hashes, one after the other. Immutable.
 */
public final class Digest {

  /** The size of every chunk but the last, in bytes. */
  public static final int CHUNK_BYTES = 1 << 20;

  /** The size of a SHA-256, in bytes (FIPS 180-4). */
  public static final int HASH_BYTES = 32;

  /** What is read of a file at a time. */
  private static final int READ_BYTES = 1 << 16;

  /** What is copied out of a segment, and hashed, at a time. */
  private static final int PIECE_BYTES = 1 << 12;

  /** The copies that wait to be hashed; small enough to stay in the L1 cache. */
  private static final int RING_BYTES = 4 * PIECE_BYTES;

  private final long size;
  private final byte[] hashes;

  private Digest(long size, byte[] hashes) {
    this.size = size;
    this.hashes = hashes;
  }

  /**
   * Hashes a segment, on all cores if other threads may read it.
   *
   * @param content the whole content of a file, on or off the heap
   */
  public static Digest of(MemorySegment content) {
    int chunks = chunks(content.byteSize());
    byte[] hashes = new byte[Math.multiplyExact(chunks, HASH_BYTES)];
    AtomicInteger next = new AtomicInteger();
    int cores = Runtime.getRuntime().availableProcessors();
    boolean confined = !content.isAccessibleBy(Thread.ofPlatform().unstarted(() -> {}));
    IntStream.range(0, confined ? 1 : Math.min(cores, chunks))
        .parallel()
        .forEach(_ -> hashChunks(content, next, hashes));
    return new Digest(content.byteSize(), hashes);
  }

  /** Takes chunk after chunk until none is left; several threads do so at once. */
  private static void hashChunks(MemorySegment content, AtomicInteger next, byte[] hashes) {
    MessageDigest digest = sha256();
    byte[] ring = new byte[RING_BYTES];
    int chunks = hashes.length / HASH_BYTES;
    for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
      long first = (long) chunk * CHUNK_BYTES;
      hashChunk(content, first, Math.min(content.byteSize(), first + CHUNK_BYTES), ring, digest);
      try {
        digest.digest(hashes, chunk * HASH_BYTES, HASH_BYTES); // also resets
      } catch (DigestException impossible) {
        throw new IllegalStateException("a SHA-256 has " + HASH_BYTES + " bytes", impossible);
      }
    }
  }

  /**
   * Hashes some of a segment. SHA-256 takes one block after another and uses little of what a core
   * can do meanwhile: pieces are copied well before they are hashed, so that the memory they come
   * from is waited for during the hashing of others.
   */
  private static void hashChunk(
      MemorySegment content, long first, long end, byte[] ring, MessageDigest digest) {
    long copied = first;
    for (long hashed = first; hashed < end; hashed += PIECE_BYTES) {
      for (; copied < end && copied - hashed < RING_BYTES; copied += PIECE_BYTES) {
        int length = (int) Math.min(PIECE_BYTES, end - copied);
        MemorySegment.copy(
            content, ValueLayout.JAVA_BYTE, copied, ring, (int) (copied % RING_BYTES), length);
      }
      int length = (int) Math.min(PIECE_BYTES, end - hashed);
      digest.update(ring, (int) (hashed % RING_BYTES), length);
    }
  }

  /**
   * Makes a digest of what was written down.
   *
   * @param size the file's size in bytes
   * @param hashes the chunks' hashes, one after the other
   * @throws IllegalArgumentException if the number of hashes does not belong to the size
   */
  public static Digest recorded(long size, byte[] hashes) {
    if (size < 0 || size > (long) Integer.MAX_VALUE * (CHUNK_BYTES / HASH_BYTES)) {
      throw new IllegalArgumentException("the size " + size + " is out of range");
    }
    if (hashes.length != (long) chunks(size) * HASH_BYTES) {
      throw new IllegalArgumentException(
          hashes.length / HASH_BYTES + " chunks do not make up " + size + " bytes");
    }
    return new Digest(size, hashes);
  }

  /** Returns the size of the content, in bytes. */
  public long size() {
    return size;
  }

  /** Returns how many chunks there are. */
  public int chunks() {
    return hashes.length / HASH_BYTES;
  }

  /** Returns the SHA-256 of a chunk in lower-case hexadecimal. */
  public String chunk(int index) {
    return HexFormat.of()
        .formatHex(hashes, index * HASH_BYTES, Math.addExact(index, 1) * HASH_BYTES);
  }

  /** Returns the SHA-256 over all chunks' hashes in lower-case hexadecimal. */
  public String root() {
    return HexFormat.of().formatHex(sha256().digest(hashes));
  }

  /**
   * Checks the size of content against this digest.
   *
   * @param content the file's content
   * @param name the file's name, for the message
   * @throws BadModelException if it differs
   */
  public void requireSize(MemorySegment content, String name) {
    if (content.byteSize() != size) {
      throw new BadModelException(
          name + " is not the file that its manifest describes",
          "it has " + content.byteSize() + " bytes instead of " + size,
          "Copy or compile it again.");
    }
  }

  /**
   * Checks content against this digest, size first.
   *
   * @param content the file's content
   * @param name the file's name, for the message
   * @throws BadModelException if the size differs or a chunk does, with the first such place
   */
  public void verify(MemorySegment content, String name) {
    requireSize(content, name);
    Digest here = of(content);
    int differs = Arrays.mismatch(hashes, here.hashes);
    if (differs >= 0) {
      long chunk = differs / HASH_BYTES;
      long first = chunk * CHUNK_BYTES;
      throw new BadModelException(
          name + " is damaged",
          "the bytes "
              + first
              + " to "
              + (Math.min(size, first + CHUNK_BYTES) - 1)
              + " have another SHA-256 than its manifest says",
          "Copy or compile it again.");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that && size == that.size && Arrays.equals(hashes, that.hashes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hashes);
  }

  /** Returns the size and the root. */
  @Override
  public String toString() {
    return size + " bytes, root " + root();
  }

  /** Returns the SHA-256 of a whole file in lower-case hexadecimal. */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[READ_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      int read;
      while ((read = in.read(buffer)) >= 0) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns the SHA-256 of bytes in lower-case hexadecimal. */
  public static String sha256(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  /** Returns a new SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  private static int chunks(long size) {
    return Math.toIntExact((size + CHUNK_BYTES - 1) / CHUNK_BYTES);
  }
}
