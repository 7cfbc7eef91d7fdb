package io.github.npu4j.onnx;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.internal.proto.ProtoReader;
import io.github.npu4j.onnx.OnnxProto.ModelProto;
import io.github.npu4j.onnx.OnnxProto.OperatorSetIdProto;
import io.github.npu4j.store.Progress;
import io.github.npu4j.store.files.FileState;
import io.github.npu4j.store.files.Placeholder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX model ({@code ModelProto}), to be looked at, changed, and written again. Nothing of it is
 * lost on the way: what is not known here, such as functions or the fields of a later version of
 * ONNX, is kept and written as it is.
 *
 * <p>Weights stay in the file: what is long is read on demand or when it is written, so that a
 * model takes little memory, has nothing to close, and can be used for as long as its file is
 * unchanged. A file may be hostile: lengths are compared with what is there, nesting and numbers
 * are bounded, and what is wrong ends in a {@link BadModelException}.
 *
 * <p>Mutable; for one thread while it changes.
 */
public final class OnnxModel {

  /** The largest file that protobuf can describe. */
  public static final long MAX_BYTES = Integer.MAX_VALUE;

  /** The newest version of the format that ONNX Runtime 1.29 reads. */
  public static final long NEWEST_IR_VERSION = 13;

  /** The other name of ONNX's own domain, which is usually empty. */
  static final String ONNX_DOMAIN = "ai.onnx";

  private final @Nullable Path file;
  private final RawFields fields;
  private final OnnxGraph graph;

  private OnnxModel(@Nullable Path file, RawFields fields, OnnxGraph graph) {
    this.file = file;
    this.fields = fields;
    this.graph = graph;
  }

  /**
   * Makes a model of a graph, which is not copied.
   *
   * @param irVersion the version of the ONNX format that it keeps to
   */
  public OnnxModel(OnnxGraph graph, long irVersion) {
    this(null, new RawFields().set(ModelProto.IR_VERSION, irVersion), graph);
  }

  /**
   * Reads a file.
   *
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it is not an ONNX model, is damaged, or can't be read
   */
  public static OnnxModel read(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      FileState state = state(file);
      MemorySegment mapped = map(file, arena);
      Placeholder.refuse(mapped, String.valueOf(file.getFileName()));
      return read(file, new ModelSource(mapped, file, state));
    } catch (InternalError cutShort) {
      // How the VM reports a page of a mapped file that is no longer there.
      throw new BadModelException(
          file.getFileName() + " can't be read",
          "it changed while it was read",
          "Try again.",
          cutShort);
    }
  }

  /**
   * Reads a model in memory, which must stay, and stay as it is, for as long as the model is used.
   *
   * @throws BadModelException if it is not an ONNX model or is damaged
   */
  public static OnnxModel read(MemorySegment bytes) {
    return read(null, new ModelSource(bytes));
  }

  private static OnnxModel read(@Nullable Path file, ModelSource source) {
    RawFields fields = new RawFields();
    OnnxGraph graph = null;
    ProtoReader reader = source.reader();
    while (reader.next()) {
      if (reader.field() == ModelProto.GRAPH) {
        ModelSource.requireFirst(graph, reader, "graph");
        graph = OnnxGraph.read(reader.message(), source);
      } else {
        fields.take(reader, source);
      }
    }
    if (graph == null || fields.integer(ModelProto.IR_VERSION, 0) <= 0) {
      throw reader.damaged(
          "no ONNX " + (graph == null ? "graph" : "IR version") + " up to the end");
    }
    return new OnnxModel(file, fields, graph);
  }

  private static FileState state(Path file) {
    try {
      return FileState.of(file);
    } catch (IOException unreadable) {
      throw unreadable(file, unreadable);
    }
  }

  private static MemorySegment map(Path file, Arena arena) {
    if (Files.isDirectory(file)) {
      throw new BadModelException(
          file + " is not an ONNX model", "it is a folder", "Name the .onnx file in it.");
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size == 0 || size > MAX_BYTES) {
        throw new BadModelException(
            file.getFileName() + " is not an ONNX model",
            "it has " + size + " bytes, and an ONNX model has from 1 to " + MAX_BYTES,
            size == 0 ? "Get the file again." : "Save the weights as external data.");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
    } catch (IOException unreadable) {
      throw unreadable(file, unreadable);
    }
  }

  private static RuntimeException unreadable(Path file, IOException cause) {
    return cause instanceof NoSuchFileException
        ? new ModelMissingException(
            "there is no file " + file, "", "Check the path, or run npu4j models list.")
        : new BadModelException(
            file + " can't be read", String.valueOf(cause.getMessage()), "", cause);
  }

  /** Returns the file that the model was read from; empty for one that was made or in memory. */
  public Optional<Path> file() {
    return Optional.ofNullable(file);
  }

  /** Returns the name of the file that the model was read from, for messages. */
  public String fileName() {
    return file == null ? "the model" : String.valueOf(file.getFileName());
  }

  /** Returns the version of the ONNX format. */
  public long irVersion() {
    return fields.integer(ModelProto.IR_VERSION, 0);
  }

  /** Says another version of the ONNX format; the model must keep to it. */
  public OnnxModel irVersion(long version) {
    fields.set(ModelProto.IR_VERSION, version);
    return this;
  }

  /** Returns the tool that wrote the model, with its version; may be empty. */
  public String producer() {
    return (fields.text(ModelProto.PRODUCER_NAME) + " " + fields.text(ModelProto.PRODUCER_VERSION))
        .strip();
  }

  /** Names the tool that wrote the model. */
  public OnnxModel producer(String name) {
    fields.remove(ModelProto.PRODUCER_VERSION).set(ModelProto.PRODUCER_NAME, name);
    return this;
  }

  /** Returns the operator sets it uses, version by domain; ONNX's own domain is empty. */
  public Map<String, Long> opsets() {
    Map<String, Long> found = new LinkedHashMap<>();
    for (ByteSource message : fields.all(ModelProto.OPSET_IMPORT)) {
      RawFields opset = RawFields.of(message);
      String domain = opset.text(OperatorSetIdProto.DOMAIN);
      found.put(
          domain.equals(ONNX_DOMAIN) ? "" : domain, opset.integer(OperatorSetIdProto.VERSION, 0));
    }
    return found;
  }

  /** Says which version of a domain's operators the model uses. */
  public OnnxModel opset(String domain, long version) {
    Map<String, Long> all = opsets();
    all.put(domain, version);
    fields.remove(ModelProto.OPSET_IMPORT);
    all.forEach((each, of) ->
        fields.add(
            ModelProto.OPSET_IMPORT,
            new ProtoWriter()
                .text(OperatorSetIdProto.DOMAIN, each)
                .varint(OperatorSetIdProto.VERSION, of)
                .toBytes()));
    return this;
  }

  /** Returns the model's properties, in the file's order. */
  public Map<String, String> metadata() {
    Map<String, String> found = new LinkedHashMap<>();
    for (ByteSource message : fields.all(ModelProto.METADATA_PROPS)) {
      RawFields.Entry entry = RawFields.Entry.of(message);
      found.put(entry.key(), entry.value());
    }
    return found;
  }

  /** Sets one of the model's properties. */
  public OnnxModel metadata(String key, String value) {
    Map<String, String> all = metadata();
    all.put(key, value);
    fields.remove(ModelProto.METADATA_PROPS);
    all.forEach((each, of) ->
        fields.add(ModelProto.METADATA_PROPS, new RawFields.Entry(each, of).encoded()));
    return this;
  }

  /** Returns the main graph. */
  public OnnxGraph graph() {
    return graph;
  }

  /** Returns what the model calls the files that hold weights, sorted. */
  public SortedSet<String> externalLocations() {
    SortedSet<String> locations = new TreeSet<>();
    graph.forEachConstant(
        constant -> constant.external().ifPresent(place -> locations.add(place.location())));
    return locations;
  }

  /**
   * Returns the files beside the model that hold weights, sorted. They need not exist.
   *
   * @throws BadModelException if one is outside the model's folder
   */
  public List<Path> externalFiles() {
    TreeSet<Path> files = new TreeSet<>();
    graph.forEachConstant(constant -> constant.externalFile().ifPresent(files::add));
    return List.copyOf(files);
  }

  /**
   * Writes the model as it is: weights that are in other files stay there, and must be where the
   * new file looks for them. The file appears whole or not at all, an older one of the name
   * replaced.
   *
   * @throws BadModelException if it is larger than 2 GiB
   * @throws IOException if it can't be written
   */
  public void write(Path target) throws IOException {
    write(target, WeightPlacement.UNCHANGED, Progress.NONE);
  }

  /**
   * Writes the model. What is written appears whole or not at all, older files of the names
   * replaced. A model that is written over the file that it was read from must be read again.
   *
   * @param placement where the weights go
   * @param progress is called with the bytes of weights that were not in memory
   * @throws BadModelException if it is larger than 2 GiB, or weights of other files can't be read
   * @throws IOException if a file can't be written
   */
  public void write(Path target, WeightPlacement placement, Progress progress) throws IOException {
    new ModelWriter(this, target, progress).write(placement);
  }

  /**
   * Returns the model in one piece, with all its weights inside.
   *
   * @param allocator gives the memory, which is the caller's
   * @throws BadModelException if it is larger than 2 GiB, or weights of other files can't be read
   */
  public MemorySegment toMemory(SegmentAllocator allocator) {
    ProtoWriter message = message(new ProtoWriter(ModelWriter::inside));
    MemorySegment copy = allocator.allocate(message.byteSize(), Long.BYTES);
    message.copyInto(copy);
    return copy;
  }

  /** Puts the model into an empty message. */
  ProtoWriter message(ProtoWriter target) {
    RawFields.Rest rest = fields.rest();
    rest.before(ModelProto.GRAPH, target);
    target.part(ModelProto.GRAPH, graph);
    rest.all(target);
    if (target.byteSize() > MAX_BYTES) {
      throw new BadModelException(
          fileName() + " can't be one file",
          "with its weights it has " + target.byteSize() + " bytes, and ONNX ends at " + MAX_BYTES,
          "Split it, or store its weights in fewer bits or in a file of their own.");
    }
    return target;
  }
}
