package io.github.npu4j.onnx;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.proto.ProtoReader;
import io.github.npu4j.store.files.FileState;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model is read from, while it is read: keeps what is long as references into the file, and
 * counts what is made, so that no file fills the heap or the stack.
 *
 * <p>For one thread.
 */
final class ModelSource {

  /** What a file should be, in the words of an error message. */
  private static final String FORMAT = "an ONNX model";

  /** Longest name, domain or path. */
  static final int MAX_NAME = 4096;

  static final int MAX_NODES = 1_000_000;

  /** Nodes, fields, names and tensors together; a model of 100,000 nodes has some million. */
  private static final int MAX_PARTS = 6_000_000;

  /** Graphs inside nodes inside graphs: the bodies of If and Loop. */
  private static final int MAX_DEPTH = 16;

  /** Shorter bytes come to the heap, where they take no more than a reference would. */
  private static final long LEAST_REFERENCED = 1024;

  /** What comes to the heap at most; after it shorter bytes are referenced, too. */
  private static final long MAX_HELD = 64L << 20;

  private final MemorySegment bytes;
  private final @Nullable Path path;
  private final @Nullable FileState state;
  private final String title;
  private final Map<String, String> texts = new HashMap<>();
  private long held;
  private int parts;
  private int nodes;
  private int depth;

  /**
   * Reads from a mapped file.
   *
   * @param bytes the whole file
   */
  ModelSource(MemorySegment bytes, Path path, FileState state) {
    this.bytes = bytes;
    this.path = path;
    this.state = state;
    this.title = String.valueOf(path.getFileName());
  }

  /** Reads from memory, which is referred to. */
  ModelSource(MemorySegment bytes) {
    this.bytes = bytes;
    this.path = null;
    this.state = null;
    this.title = "the model";
  }

  /** Returns a reader at the first field. */
  ProtoReader reader() {
    return new ProtoReader(bytes, title, FORMAT);
  }

  /** Returns a reader of a message that was {@link #keep kept}. */
  static ProtoReader reader(MemorySegment message) {
    return new ProtoReader(message, "a part of the model", FORMAT);
  }

  /** Returns the folder that external data is relative to; {@code null} for a model in memory. */
  @Nullable Path folder() {
    return path == null ? null : folder(path);
  }

  static Path folder(Path model) {
    Path parent = model.toAbsolutePath().getParent();
    return parent == null ? model.toAbsolutePath() : parent;
  }

  /** Returns a slice of the model as it is kept after the file is unmapped. */
  ByteSource keep(MemorySegment slice) {
    if (path == null) {
      return new HeldBytes(slice);
    }
    long length = slice.byteSize();
    if (length < LEAST_REFERENCED && held + length <= MAX_HELD) {
      held += length;
      return HeldBytes.copyOf(slice);
    }
    return new FileBytes(path, state, slice.address() - bytes.address(), length);
  }

  /** Returns a name; the same object for equal ones. */
  String name(ProtoReader reader) {
    count(reader);
    String text = reader.text(MAX_NAME);
    String known = texts.putIfAbsent(text, text);
    return known == null ? text : known;
  }

  /** Counts one more part. */
  void count(ProtoReader reader) {
    if (++parts > MAX_PARTS) {
      throw reader.damaged("more than " + MAX_PARTS + " parts");
    }
  }

  void countNode(ProtoReader reader) {
    if (++nodes > MAX_NODES) {
      throw reader.damaged("more than " + MAX_NODES + " nodes");
    }
    count(reader);
  }

  /** Begins a graph; ended by {@link #leave}. */
  void enter(ProtoReader reader) {
    if (++depth > MAX_DEPTH) {
      throw reader.damaged("more than " + MAX_DEPTH + " graphs inside each other");
    }
  }

  void leave() {
    depth--;
  }

  /** Refuses a message that was there before: two of them mean different things to readers. */
  static void requireFirst(@Nullable Object former, ProtoReader reader, String what) {
    if (former != null) {
      throw reader.damaged("a second " + what);
    }
  }

  /** Makes the error for what a model says that can't be. */
  static BadModelException bad(String what, String why) {
    return new BadModelException(what, why, "Get the file again.");
  }
}
