package io.github.npu4j.checkpoint;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.store.JsonObject;
import io.github.npu4j.store.files.Placeholder;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tensors of one safetensors file: eight bytes of header length, a JSON header, packed tensors.
 *
 * <p>The file may be hostile. Each offset is held against the file's size, each size against its
 * shape and type, and the tensors must fill the file from end to end: no hole, no overlap, as the
 * format demands.
 */
public final class Safetensors implements TensorSource {

  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The format's own limit to the header, in bytes. */
  private static final long LONGEST_HEADER = 100_000_000;

  private static final int MOST_DIMENSIONS = 16;

  private record Stored(TensorSpec spec, long begin, long end) {}

  private final Path file;
  private final Arena arena;
  private final MemorySegment tensors;
  private final Map<String, Stored> byName;

  private Safetensors(Path file, Arena arena, MemorySegment mapped) {
    this.file = file;
    this.arena = arena;
    Placeholder.refuse(mapped, name(file));
    if (mapped.byteSize() < Long.BYTES) {
      throw bad("it has " + mapped.byteSize() + " bytes, less than the length of a header");
    }
    long header = mapped.get(LENGTH, 0);
    if (header < 2 || header > LONGEST_HEADER || header > mapped.byteSize() - Long.BYTES) {
      throw bad(
          "its header claims "
              + Long.toUnsignedString(header)
              + " bytes and the file has "
              + mapped.byteSize());
    }
    byte[] json = mapped.asSlice(Long.BYTES, header).toArray(ValueLayout.JAVA_BYTE);
    this.tensors = mapped.asSlice(Long.BYTES + header);
    this.byName = Collections.unmodifiableMap(read(JsonObject.parse(json, name(file))));
    requireGapless();
  }

  /**
   * Maps a file.
   *
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it is not a whole safetensors file
   */
  public static Safetensors open(Path file) {
    Arena arena = Arena.ofShared();
    try {
      return new Safetensors(file, arena, map(file, arena));
    } catch (Throwable failed) {
      arena.close();
      throw failed;
    }
  }

  @Override
  public Set<String> names() {
    return byName.keySet();
  }

  @Override
  public TensorSpec spec(String name) {
    return stored(name).spec;
  }

  @Override
  public MemorySegment data(String name) {
    Stored stored = stored(name);
    return tensors.asSlice(stored.begin, stored.end - stored.begin);
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /** Maps a whole file for reading, for as long as the arena lives. */
  static MemorySegment map(Path file, Arena arena) {
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (NoSuchFileException absent) {
      throw new ModelMissingException(
          "there is no file " + file, "", "Name the folder that save_pretrained wrote.");
    } catch (IOException unreadable) {
      throw new BadModelException(
          file + " can't be read", String.valueOf(unreadable.getMessage()), "", unreadable);
    }
  }

  private Map<String, Stored> read(JsonObject header) {
    Map<String, Stored> found = new TreeMap<>();
    long last = 0;
    for (String name : header.names()) {
      if (name.equals("__metadata__")) {
        continue;
      }
      JsonObject entry = header.object(name);
      ElementType type = type(name, entry.string("dtype"));
      Shape shape = Shape.of(entry.integers("shape", MOST_DIMENSIONS, 0, Long.MAX_VALUE));
      long[] offsets = entry.integers("data_offsets", 2, 0, Long.MAX_VALUE);
      if (offsets.length != 2 || offsets[0] > offsets[1]) {
        throw bad("tensor " + name + " has no sensible data_offsets");
      }
      last = Math.max(last, offsets[1]);
      TensorSpec spec = new TensorSpec(name, type, shape);
      if (size(spec) != offsets[1] - offsets[0]) {
        throw bad(
            "tensor "
                + spec
                + " takes "
                + size(spec)
                + " bytes and its data_offsets span "
                + (offsets[1] - offsets[0]));
      }
      found.put(name, new Stored(spec, offsets[0], offsets[1]));
    }
    if (last > tensors.byteSize()) {
      throw Placeholder.halfDownload(name(file), tensors.byteSize(), last, "bytes of tensors");
    }
    return found;
  }

  private long size(TensorSpec spec) {
    try {
      return spec.byteSize();
    } catch (ArithmeticException tooLarge) {
      throw bad("tensor " + spec + " is larger than any file");
    }
  }

  private void requireGapless() {
    List<Stored> inOrder = new ArrayList<>(byName.values());
    inOrder.sort(Comparator.comparingLong(Stored::begin).thenComparingLong(Stored::end));
    long end = 0;
    for (Stored stored : inOrder) {
      if (stored.begin != end) {
        throw bad(
            "tensor "
                + stored.spec.name()
                + " begins at byte "
                + stored.begin
                + " instead of "
                + end);
      }
      end = stored.end;
    }
    if (end != tensors.byteSize()) {
      throw bad(
          "its tensors end at byte " + end + " and the file goes on to " + tensors.byteSize());
    }
  }

  private ElementType type(String tensor, String dtype) {
    return switch (dtype) {
      case "F64" -> ElementType.FLOAT64;
      case "F32" -> ElementType.FLOAT32;
      case "F16" -> ElementType.FLOAT16;
      case "BF16" -> ElementType.BFLOAT16;
      case "F8_E4M3" -> ElementType.FLOAT8E4M3FN;
      case "F8_E5M2" -> ElementType.FLOAT8E5M2;
      case "I64" -> ElementType.INT64;
      case "I32" -> ElementType.INT32;
      case "I16" -> ElementType.INT16;
      case "I8" -> ElementType.INT8;
      case "U64" -> ElementType.UINT64;
      case "U32" -> ElementType.UINT32;
      case "U16" -> ElementType.UINT16;
      case "U8" -> ElementType.UINT8;
      case "BOOL" -> ElementType.BOOL;
      default -> throw bad("tensor " + tensor + " has the unknown dtype \"" + dtype + "\"");
    };
  }

  private Stored stored(String name) {
    Stored stored = byName.get(name);
    if (stored == null) {
      throw bad("it has no tensor " + name);
    }
    return stored;
  }

  private BadModelException bad(String why) {
    return new BadModelException(
        name(file) + " can't be used", why, "Save or download the checkpoint again.");
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
