package io.github.npu4j.checkpoint;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.store.files.Placeholder;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a {@code pytorch_model.bin}: a zip with a pickle that describes them and a file
 * for each storage. The pickle is read by {@link Unpickler}, which executes nothing.
 *
 * <p>A storage is read into off-heap memory when one of its tensors is first requested.
 */
public final class PickleTensors implements TensorSource {

  private static final long LONGEST_PICKLE = 64L << 20;

  /** What a pickle may always have, in bytes. */
  private static final long SMALL_PICKLE = 1 << 20;

  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private record Stored(TensorSpec spec, Unpickler.Storage storage, long offset) {}

  private final Path file;
  private final ZipFile zip;
  private final String root;
  private final Arena arena;
  private final Map<String, Stored> byName;
  private final Map<String, MemorySegment> storages = new HashMap<>();

  private PickleTensors(Path file, ZipFile zip, Arena arena) throws IOException {
    this.file = file;
    this.zip = zip;
    this.arena = arena;
    ZipEntry pickle =
        zip.stream()
            .filter(entry -> entry.getName().matches("[^/]+/data\\.pkl"))
            .findFirst()
            .orElseThrow(() -> bad("it is a zip without a data.pkl"));
    this.root = pickle.getName().substring(0, pickle.getName().length() - "data.pkl".length());
    requireLittleEndian();
    // PyTorch stores it as it is; one that is compressed may be no larger than its file explains.
    long most = Math.min(LONGEST_PICKLE, Math.max(SMALL_PICKLE, Files.size(file)));
    if (pickle.getSize() > most) {
      throw bad(
          "its pickle is too large or compressed: "
              + pickle.getSize()
              + " bytes, of a file of "
              + Files.size(file));
    }
    this.byName = Collections.unmodifiableMap(read(bytes(pickle, (int) pickle.getSize())));
  }

  /**
   * Opens a checkpoint that {@code torch.save} wrote.
   *
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it is of another format, damaged, or holds more than tensors
   */
  public static PickleTensors open(Path file) {
    requireZip(file);
    Arena arena = Arena.ofShared();
    ZipFile zip = null;
    try {
      zip = new ZipFile(file.toFile());
      return new PickleTensors(file, zip, arena);
    } catch (IOException unreadable) {
      arena.close();
      close(zip);
      throw new BadModelException(
          file.getFileName() + " can't be used",
          Placeholder.zipDefect(unreadable),
          "Save or download the checkpoint again.",
          unreadable);
    } catch (Throwable failed) {
      arena.close();
      close(zip);
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
  public synchronized MemorySegment data(String name) {
    Stored stored = stored(name);
    MemorySegment storage =
        storages.computeIfAbsent(
            stored.storage.key(), _ -> load(stored.storage, stored.spec.type()));
    return storage.asSlice(stored.spec.type().byteSize(stored.offset), stored.spec.byteSize());
  }

  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      arena.close();
      close(zip);
    }
  }

  private Map<String, Stored> read(byte[] pickle) throws IOException {
    Map<String, Stored> found = new TreeMap<>();
    Map<String, Unpickler.Storage> storagesByKey = new HashMap<>();
    for (Map.Entry<String, Unpickler.View> entry :
        Unpickler.tensors(pickle, String.valueOf(file.getFileName())).entrySet()) {
      Stored stored = stored(entry.getKey(), entry.getValue());
      Unpickler.Storage known = storagesByKey.putIfAbsent(stored.storage.key(), stored.storage);
      if (known != null && !known.equals(stored.storage)) {
        throw bad("storage " + stored.storage.key() + " is described in two ways");
      }
      found.put(entry.getKey(), stored);
    }
    requireRoom(storagesByKey.keySet());
    return found;
  }

  /** Entries of a zip may overlap: what is read of a file at most is the file. */
  private void requireRoom(Set<String> keys) throws IOException {
    long bytes = 0;
    for (String key : keys) {
      bytes = Math.addExact(bytes, zip.getEntry(root + "data/" + key).getSize());
    }
    if (bytes > Files.size(file)) {
      throw bad("its storages have " + bytes + " bytes and the file has " + Files.size(file));
    }
  }

  /** PyTorch compresses nothing, so that it can map; what is compressed could be a bomb. */
  private void requireStored(ZipEntry entry, String what) throws IOException {
    if (entry.getMethod() != ZipEntry.STORED
        || entry.getCompressedSize() != entry.getSize()
        || entry.getSize() > Files.size(file)) {
      throw bad(what + " is not there whole, or is compressed");
    }
  }

  /** Holds a view against its storage, before anything is read. */
  private Stored stored(String name, Unpickler.View view) throws IOException {
    ElementType type = type(name, view.storage().type());
    TensorSpec spec = new TensorSpec(name, type, Shape.of(view.sizes()));
    try {
      requireRowMajor(spec, view);
      long end = Math.addExact(view.offset(), spec.shape().elements());
      long bytes = type.byteSize(view.storage().elements());
      ZipEntry entry = zip.getEntry(root + "data/" + view.storage().key());
      if (end > view.storage().elements()) {
        throw bad("tensor " + spec + " reaches beyond its storage");
      }
      if (entry == null || entry.getSize() != bytes) {
        throw bad("the storage of tensor " + spec + " is not there whole, or is compressed");
      }
      requireStored(entry, "the storage of tensor " + spec);
    } catch (ArithmeticException tooLarge) {
      throw bad("tensor " + spec + " is larger than any file");
    }
    return new Stored(spec, view.storage(), view.offset());
  }

  private void requireRowMajor(TensorSpec spec, Unpickler.View view) {
    long[] sizes = view.sizes();
    long[] strides = view.strides();
    if (sizes.length != strides.length) {
      throw bad("tensor " + spec + " has " + strides.length + " strides");
    }
    long step = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      if (sizes[axis] > 1 && strides[axis] != step) {
        throw bad("tensor " + spec + " is not stored row by row");
      }
      step = Math.multiplyExact(step, Math.max(1, sizes[axis]));
    }
  }

  private MemorySegment load(Unpickler.Storage storage, ElementType type) {
    ZipEntry entry = zip.getEntry(root + "data/" + storage.key());
    MemorySegment memory = OffHeap.allocate(arena, type.byteSize(storage.elements()));
    try (InputStream in = zip.getInputStream(entry);
        ReadableByteChannel channel = Channels.newChannel(in)) {
      long at = 0;
      while (at < memory.byteSize()) {
        long chunk = Math.min(memory.byteSize() - at, 1 << 20);
        int count = channel.read(memory.asSlice(at, chunk).asByteBuffer());
        if (count < 0) {
          throw bad("storage " + storage.key() + " ends in the middle");
        }
        at += count;
      }
      return memory.asReadOnly();
    } catch (IOException unreadable) {
      throw bad(
          "storage " + storage.key() + " can't be read: " + Placeholder.zipDefect(unreadable));
    }
  }

  private ElementType type(String tensor, String storage) {
    return switch (storage) {
      case "DoubleStorage" -> ElementType.FLOAT64;
      case "FloatStorage" -> ElementType.FLOAT32;
      case "HalfStorage" -> ElementType.FLOAT16;
      case "BFloat16Storage" -> ElementType.BFLOAT16;
      case "LongStorage" -> ElementType.INT64;
      case "IntStorage" -> ElementType.INT32;
      case "ShortStorage" -> ElementType.INT16;
      case "CharStorage" -> ElementType.INT8;
      case "ByteStorage" -> ElementType.UINT8;
      case "BoolStorage" -> ElementType.BOOL;
      default -> throw bad("tensor " + tensor + " is stored as the unknown type " + storage);
    };
  }

  private void requireLittleEndian() throws IOException {
    ZipEntry order = zip.getEntry(root + "byteorder");
    if (order != null
        && !new String(bytes(order, 16), StandardCharsets.US_ASCII).equals("little")) {
      throw bad("its tensors are not little-endian");
    }
  }

  private byte[] bytes(ZipEntry entry, int most) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readNBytes(most);
    }
  }

  private static void requireZip(Path file) {
    byte[] start = Placeholder.refuse(file);
    if (!Arrays.equals(Arrays.copyOf(start, ZIP.length), ZIP)) {
      throw new BadModelException(
          file.getFileName() + " can't be used",
          "it is not a zip; torch.save has written zips since PyTorch 1.6",
          "Load it in PyTorch and save it again.");
    }
  }

  private static void close(@Nullable ZipFile zip) {
    if (zip != null) {
      try {
        zip.close();
      } catch (IOException ignored) {
        // Nothing was written: there is nothing to lose.
      }
    }
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
        file.getFileName() + " can't be used", why, "Save or download the checkpoint again.");
  }
}
