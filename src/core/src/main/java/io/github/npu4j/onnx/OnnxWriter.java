package io.github.npu4j.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.SegmentAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a model whose weights are computed on the way. Protobuf wants the length of a message
 * before its content: the lengths follow from the shapes, so that no weight is held.
 *
 * <p>Field numbers are those of {@code onnx.proto}, which is stable.
 */
public final class OnnxWriter {

  /** Smaller weights stay in the model. */
  private static final long LEAST_OUTSIDE = 1024;

  /** Smaller weights are not worth a mapping of another model's file. */
  private static final long LEAST_ELSEWHERE = 64 << 10;

  /** ONNX Runtime maps external data; Windows maps at multiples of this. */
  private static final long ALIGNMENT = 64 << 10;

  /** The floats that are in memory at a time. */
  private static final int BLOCK = 1 << 19;

  private static final String SUFFIX_OUTSIDE = "_data";

  /** Of ONNX 1.12, which opset 17 came with; every ONNX Runtime of the last years reads it. */
  private static final int IR_VERSION = 8;

  /** Of ONNX 1.18, which opset 23 came with. */
  private static final int NEWER_IR_VERSION = 11;

  private static final int LAST_OPSET_OF_IR_8 = 18;

  private final GraphProto graph;
  private final Map<String, Integer> domains;
  private final Map<String, Weight> weights;
  private final Map<String, WeightPlace> elsewhere;
  private final Map<String, WeightPlace> places = new HashMap<>();
  private final Progress progress;
  private final long total;
  private final float[] block;
  private final ByteBuffer bytes;
  private final FloatBuffer floats;
  private long done;
  private String step = "";

  /**
   * Prepares writing.
   *
   * @param elsewhere weights that are in a file beside this one already, by name
   * @param scratch gives memory for one block of weights
   */
  OnnxWriter(
      GraphProto graph,
      Map<String, Integer> domains,
      Map<String, Weight> weights,
      Map<String, WeightPlace> elsewhere,
      Progress progress,
      SegmentAllocator scratch) {
    this.graph = graph;
    this.domains = domains;
    this.weights = weights;
    this.elsewhere = elsewhere;
    this.progress = progress;
    this.total =
        weights.entrySet().stream()
            .filter(entry -> !isElsewhere(entry))
            .mapToLong(entry -> byteSize(entry.getValue()))
            .sum();
    this.block = new float[largestBlock(weights.values())];
    this.bytes = scratch.allocate(block.length * (long) Float.BYTES).asByteBuffer();
    this.floats = bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  private int irVersion() {
    return domains.getOrDefault("", 0) > LAST_OPSET_OF_IR_8 ? NEWER_IR_VERSION : IR_VERSION;
  }

  static long byteSize(Weight weight) {
    return weight.type().byteSize(weight.shape().elements());
  }

  /** Returns ONNX's number for a type. */
  public static int code(ElementType type) {
    return switch (type) {
      case FLOAT32 -> TensorProto.DataType.FLOAT.getNumber();
      case INT8 -> TensorProto.DataType.INT8.getNumber();
      case UINT8 -> TensorProto.DataType.UINT8.getNumber();
      case INT32 -> TensorProto.DataType.INT32.getNumber();
      case INT64 -> TensorProto.DataType.INT64.getNumber();
      case BOOL -> TensorProto.DataType.BOOL.getNumber();
      default -> throw new IllegalArgumentException("graphs are not built with " + type);
    };
  }

  private boolean isElsewhere(Map.Entry<String, Weight> weight) {
    return elsewhere.containsKey(weight.getKey()) && byteSize(weight.getValue()) >= LEAST_ELSEWHERE;
  }

  /**
   * Writes the model, and its weights beside it if they are more than so many bytes.
   *
   * @return where the weights are now, by name
   */
  Map<String, WeightPlace> write(Path file, long mostInside) throws IOException {
    step = "writing " + file.getFileName();
    Path outside = file.resolveSibling(file.getFileName() + SUFFIX_OUTSIDE);
    Path modelAside = aside(file);
    Path outsideAside = aside(outside);
    try {
      if (total > mostInside) {
        Map<String, TensorProto> headers = writeOutside(outsideAside, outside);
        writeModel(modelAside, file, headers);
        Files.move(outsideAside, outside, StandardCopyOption.ATOMIC_MOVE);
      } else {
        writeModel(modelAside, file, Map.of());
      }
      Files.move(modelAside, file, StandardCopyOption.ATOMIC_MOVE);
      return Map.copyOf(places);
    } finally {
      Files.deleteIfExists(modelAside);
      Files.deleteIfExists(outsideAside);
    }
  }

  private static Path aside(Path file) {
    return file.resolveSibling(
        ".writing-" + file.getFileName() + "~" + ProcessHandle.current().pid());
  }

  private static FileChannel create(Path file) throws IOException {
    Files.deleteIfExists(file);
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Writes the large weights, and returns what the model says of each. */
  private Map<String, TensorProto> writeOutside(Path aside, Path named) throws IOException {
    Map<String, TensorProto> headers = new TreeMap<>();
    try (FileChannel channel = create(aside)) {
      for (Map.Entry<String, Weight> entry : weights.entrySet()) {
        Weight weight = entry.getValue();
        if (byteSize(weight) < LEAST_OUTSIDE || isElsewhere(entry)) {
          continue;
        }
        channel.position(Math.ceilDiv(channel.position(), ALIGNMENT) * ALIGNMENT);
        WeightPlace place = new WeightPlace(named, channel.position());
        places.put(entry.getKey(), place);
        headers.put(entry.getKey(), header(entry.getKey(), weight, place));
        stream(weight, channel);
      }
      channel.force(true);
    }
    return headers;
  }

  private void writeModel(Path aside, Path named, Map<String, TensorProto> outside)
      throws IOException {
    List<TensorProto> headers = new ArrayList<>();
    long graphSize = graph.getSerializedSize();
    for (Map.Entry<String, Weight> entry : weights.entrySet()) {
      WeightPlace place = elsewhere.get(entry.getKey());
      TensorProto header =
          place != null && isElsewhere(entry)
              ? header(entry.getKey(), entry.getValue(), place)
              : outside.getOrDefault(
                  entry.getKey(), header(entry.getKey(), entry.getValue()).build());
      headers.add(header);
      long size = messageSize(header, entry.getValue());
      graphSize +=
          CodedOutputStream.computeTagSize(GraphProto.INITIALIZER_FIELD_NUMBER)
              + CodedOutputStream.computeUInt64SizeNoTag(size)
              + size;
    }
    try (FileChannel channel = create(aside);
        OutputStream buffered = new BufferedOutputStream(Channels.newOutputStream(channel))) {
      CodedOutputStream out = CodedOutputStream.newInstance(buffered);
      frame().writeTo(out);
      begin(out, ModelProto.GRAPH_FIELD_NUMBER, graphSize);
      graph.writeTo(out);
      int index = 0;
      for (Weight weight : weights.values()) {
        TensorProto header = headers.get(index++);
        begin(out, GraphProto.INITIALIZER_FIELD_NUMBER, messageSize(header, weight));
        header.writeTo(out);
        if (isInside(header)) {
          begin(out, TensorProto.RAW_DATA_FIELD_NUMBER, byteSize(weight));
          out.flush();
          buffered.flush();
          places.put(header.getName(), new WeightPlace(named, channel.position()));
          stream(weight, channel);
        }
      }
      out.flush();
      buffered.flush();
      channel.force(true);
    }
  }

  private ModelProto frame() {
    ModelProto.Builder frame =
        ModelProto.newBuilder().setIrVersion(irVersion()).setProducerName("npu4j");
    new TreeMap<>(domains)
        .forEach((domain, version) ->
            frame.addOpsetImportBuilder().setDomain(domain).setVersion(version));
    return frame.build();
  }

  private static TensorProto.Builder header(String name, Weight weight) {
    TensorProto.Builder header =
        TensorProto.newBuilder().setName(name).setDataType(code(weight.type()));
    for (int axis = 0; axis < weight.shape().rank(); axis++) {
      header.addDims(weight.shape().dimension(axis));
    }
    return header;
  }

  private static TensorProto header(String name, Weight weight, WeightPlace place) {
    return header(name, weight)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(pair("location", String.valueOf(place.file().getFileName())))
        .addExternalData(pair("offset", Long.toString(place.offset())))
        .addExternalData(pair("length", Long.toString(byteSize(weight))))
        .build();
  }

  private static StringStringEntryProto pair(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static boolean isInside(TensorProto header) {
    return header.getDataLocation() != TensorProto.DataLocation.EXTERNAL;
  }

  private static long messageSize(TensorProto header, Weight weight) {
    long raw =
        CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER)
            + CodedOutputStream.computeUInt64SizeNoTag(byteSize(weight))
            + byteSize(weight);
    return header.getSerializedSize() + (isInside(header) ? raw : 0);
  }

  private static void begin(CodedOutputStream out, int field, long length) throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt64NoTag(length);
  }

  /** Writes the elements of a weight, a block of rows at a time. */
  private void stream(Weight weight, WritableByteChannel channel) throws IOException {
    int columns = weight.columns();
    int height = height(weight);
    for (int row = 0; row < weight.rows(); row += height) {
      int count = Math.min(height, weight.rows() - row);
      weight.read(row, count, block, 0, columns);
      put(weight.type(), count * columns);
      done += bytes.remaining();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      progress.at(step, done, total);
    }
  }

  /** Puts the elements of the block into the bytes. */
  private void put(ElementType type, int count) {
    if (type == ElementType.INT8) {
      bytes.clear();
      for (int i = 0; i < count; i++) {
        bytes.put((byte) block[i]);
      }
      bytes.flip();
    } else {
      floats.clear().put(block, 0, count);
      bytes.clear().limit(count * Float.BYTES);
    }
  }

  /** Returns how many rows make a block. */
  private static int height(Weight weight) {
    return Math.clamp(BLOCK / Math.max(1, weight.columns()), 1, weight.rows());
  }

  /** Returns how many floats the largest block has. */
  private static int largestBlock(Collection<Weight> weights) {
    return weights.stream()
        .mapToInt(weight -> Math.multiplyExact(height(weight), weight.columns()))
        .max()
        .orElse(0);
  }
}
