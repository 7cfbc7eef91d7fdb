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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 and the CRC32C of each chunk of a file, and the SHA-256 of those hashes together.
 *
 * <p>The hashes identify the content; the checksums find damage, some ten times as fast: any
 * changed bit, any burst of up to 32 bits, and any other change of a chunk but one in
 * 2<sup>32</sup>. Chunks are read independently, so all cores take part and an error is told by its
 * place. The root is the SHA-256 over the chunks' hashes, one after the other. Immutable.
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

  /** The CRC32C of each chunk, or null where the digest was recorded without. */
  private final int @Nullable [] checksums;

  private Digest(long size, byte[] hashes, int @Nullable [] checksums) {
    this.size = size;
    this.hashes = hashes;
    this.checksums = checksums;
  }

  /**
   * Hashes a segment, on all cores if other threads may read it.
   *
   * @param content the whole content of a file, on or off the heap
   */
  public static Digest of(MemorySegment content) {
    int chunks = chunks(content.byteSize());
    byte[] hashes = new byte[Math.multiplyExact(chunks, HASH_BYTES)];
    int[] checksums = new int[chunks];
    eachChunk(content, () -> new ChunkHasher(content, hashes, checksums));
    return new Digest(content.byteSize(), hashes, checksums);
  }

  /** What one thread does with chunk after chunk. */
  private interface ChunkTask {
    void run(int chunk);
  }

  /**
   * Runs tasks over all chunks of content, one task a core if other threads may read it.
   *
   * @param task makes what one thread uses for all of its chunks
   */
  private static void eachChunk(MemorySegment content, Supplier<ChunkTask> task) {
    int chunks = chunks(content.byteSize());
    AtomicInteger next = new AtomicInteger();
    int cores = Runtime.getRuntime().availableProcessors();
    boolean confined = !content.isAccessibleBy(Thread.ofPlatform().unstarted(() -> {}));
    IntStream.range(0, confined ? 1 : Math.min(cores, chunks))
        .parallel()
        .forEach(_ -> {
          ChunkTask own = task.get();
          for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
            own.run(chunk);
          }
        });
  }

  private static MemorySegment chunk(MemorySegment content, int chunk) {
    long first = (long) chunk * CHUNK_BYTES;
    return content.asSlice(first, Math.min(CHUNK_BYTES, content.byteSize() - first));
  }

  /**
   * Hashes chunks. SHA-256 takes one block after another and uses little of what a core can do
   * meanwhile: pieces are copied well before they are hashed, so that the memory they come from is
   * waited for during the hashing of others.
   */
  private static final class ChunkHasher implements ChunkTask {
    private final MessageDigest digest = sha256();
    private final CRC32C crc = new CRC32C();
    private final byte[] ring = new byte[RING_BYTES];
    private final MemorySegment content;
    private final byte[] hashes;
    private final int[] checksums;

    ChunkHasher(MemorySegment content, byte[] hashes, int[] checksums) {
      this.content = content;
      this.hashes = hashes;
      this.checksums = checksums;
    }

    @Override
    public void run(int chunk) {
      MemorySegment bytes = chunk(content, chunk);
      crc.reset();
      long end = bytes.byteSize();
      long copied = 0;
      for (long hashed = 0; hashed < end; hashed += PIECE_BYTES) {
        for (; copied < end && copied - hashed < RING_BYTES; copied += PIECE_BYTES) {
          int length = (int) Math.min(PIECE_BYTES, end - copied);
          MemorySegment.copy(
              bytes, ValueLayout.JAVA_BYTE, copied, ring, (int) (copied % RING_BYTES), length);
        }
        int length = (int) Math.min(PIECE_BYTES, end - hashed);
        digest.update(ring, (int) (hashed % RING_BYTES), length);
        crc.update(ring, (int) (hashed % RING_BYTES), length);
      }
      checksums[chunk] = (int) crc.getValue();
      try {
        digest.digest(hashes, chunk * HASH_BYTES, HASH_BYTES); // also resets
      } catch (DigestException impossible) {
        throw new IllegalStateException("a SHA-256 has " + HASH_BYTES + " bytes", impossible);
      }
    }
  }

  /**
   * Makes a digest of what was written down.
   *
   * @param size the file's size in bytes
   * @param hashes the chunks' hashes, one after the other
   * @param checksums the chunks' CRC32C, or {@code null} where none were written down
   * @throws IllegalArgumentException if the number of hashes or checksums does not belong to the
   *     size
   */
  public static Digest recorded(long size, byte[] hashes, int @Nullable [] checksums) {
    if (size < 0 || size > (long) Integer.MAX_VALUE * (CHUNK_BYTES / HASH_BYTES)) {
      throw new IllegalArgumentException("the size " + size + " is out of range");
    }
    if (hashes.length != (long) chunks(size) * HASH_BYTES) {
      throw new IllegalArgumentException(
          hashes.length / HASH_BYTES + " chunks do not make up " + size + " bytes");
    }
    if (checksums != null && checksums.length != chunks(size)) {
      throw new IllegalArgumentException(
          checksums.length + " checksums do not make up " + size + " bytes");
    }
    return new Digest(size, hashes, checksums);
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

  /** Returns the CRC32C of each chunk; empty if none were recorded. */
  public Optional<int[]> checksums() {
    return Optional.ofNullable(checksums).map(int[]::clone);
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
   * Checks content for damage, by its size and the chunks' CRC32C; by their SHA-256 where no
   * checksums were recorded.
   *
   * @param content the file's content
   * @param name the file's name, for the message
   * @throws BadModelException if the size differs or a chunk does, with the first such place
   */
  public void verifyChecksums(MemorySegment content, String name) {
    int[] expected = checksums;
    if (expected == null) {
      verify(content, name);
      return;
    }
    requireSize(content, name);
    AtomicInteger damaged = new AtomicInteger(Integer.MAX_VALUE);
    eachChunk(
        content,
        () -> {
          CRC32C crc = new CRC32C();
          return chunk -> {
            crc.reset();
            crc.update(chunk(content, chunk).asByteBuffer());
            if ((int) crc.getValue() != expected[chunk]) {
              damaged.accumulateAndGet(chunk, Math::min);
            }
          };
        });
    if (damaged.get() < expected.length) {
      throw damaged(name, damaged.get(), "CRC32C");
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
      throw damaged(name, differs / HASH_BYTES, "SHA-256");
    }
  }

  private BadModelException damaged(String name, long chunk, String proof) {
    long first = chunk * CHUNK_BYTES;
    return new BadModelException(
        name + " is damaged",
        "the bytes "
            + first
            + " to "
            + (Math.min(size, first + CHUNK_BYTES) - 1)
            + " have another "
            + proof
            + " than its manifest says",
        "Copy or compile it again.");
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
