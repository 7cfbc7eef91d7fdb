package io.github.npu4j.onnx;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.proto.ProtoReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;

/**
 * An ONNX model rewritten with static shapes, in one piece. Nodes, weights, operator sets and
 * properties are the source's, byte for byte; the declared shapes change, weights of files beside
 * the model come into it, and an IR version that ONNX Runtime 1.29 would refuse is lowered to the
 * newest that it reads.
 *
 * <p>The model is held as slices of the mapped source, so it must be written while the source is
 * still there. One instance may be used by many threads.
 */
public final class StaticModel implements AutoCloseable {

  /** The largest message that protobuf can write, 2 GiB. */
  private static final long MAX_BYTES = Integer.MAX_VALUE;

  private static final int EXTERNAL = 1;

  private final Arena arena;
  private final ProtoMessage model;

  private StaticModel(Arena arena, ProtoMessage model) {
    this.arena = arena;
    this.model = model;
  }

  /**
   * Prepares the rewritten model.
   *
   * @throws BadModelException if the file is not an ONNX model or is damaged, its external data is
   *     missing, or it is larger than 2 GiB with its weights
   */
  public static StaticModel of(Path source, StaticShapes shapes) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment bytes = OnnxFile.map(source, arena);
      String file = String.valueOf(source.getFileName());
      ExternalData external = new ExternalData(OnnxFile.folder(source), arena);
      ProtoMessage model =
          new Rewriting(shapes, external).model(new ProtoReader(bytes, file, OnnxScanner.FORMAT));
      if (model.byteSize() > MAX_BYTES) {
        throw new BadModelException(
            file + " can't be compiled",
            "with its weights it has " + model.byteSize() + " bytes, and ONNX ends at " + MAX_BYTES,
            "Split it, or store its weights in fewer bits.");
      }
      return new StaticModel(arena, model);
    } catch (RuntimeException | InternalError failed) {
      arena.close();
      throw failed;
    }
  }

  /** Returns the size of the rewritten model in bytes. */
  public long byteSize() {
    return model.byteSize();
  }

  /** Returns the rewritten model in memory of the caller's. */
  public MemorySegment toMemory(SegmentAllocator allocator) {
    MemorySegment copy = allocator.allocate(model.byteSize(), Long.BYTES);
    model.copyInto(copy);
    return copy;
  }

  /** Writes the rewritten model to a new file. */
  public void writeTo(Path target) throws IOException {
    try (FileChannel channel =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      model.writeTo(channel);
    }
  }

  /** Unmaps the source; idempotent. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private record Rewriting(StaticShapes shapes, ExternalData external) {

    ProtoMessage model(ProtoReader source) {
      ProtoMessage copy = new ProtoMessage();
      while (source.next()) {
        switch (source.field()) {
          case 1 -> copy.varint(1, Math.min(source.varint(), OnnxFile.NEWEST_IR_VERSION));
          case 7 -> copy.message(7, graph(source.message()));
          default -> copyField(source, copy);
        }
      }
      return copy;
    }

    /**
     * Leaves out what the file claims of inner values that are still open: with static inputs ONNX
     * Runtime infers them.
     */
    private ProtoMessage graph(ProtoReader source) {
      ProtoMessage copy = new ProtoMessage();
      while (source.next()) {
        int field = source.field();
        switch (field) {
          case 5 -> initializer(source, copy);
          case 11, 12 -> {
            ValueInfo declared = OnnxScanner.valueInfo(source.message());
            ValueInfo fixed = shapes.apply(declared);
            if (fixed.equals(declared)) {
              copy.raw(source.whole());
            } else {
              copy.message(field, tensor(fixed));
            }
          }
          case 13 -> {
            if (OnnxScanner.valueInfo(source.message()).isStatic()) {
              copy.raw(source.whole());
            }
          }
          default -> copyField(source, copy);
        }
      }
      return copy;
    }

    /** Copies a TensorProto; one whose bytes are in another file gets them as raw_data. */
    private void initializer(ProtoReader graph, ProtoMessage copy) {
      ProtoMessage inside = new ProtoMessage();
      ExternalData.Place place = ExternalData.Place.NOWHERE;
      OptionalLong corner = OptionalLong.empty();
      long dataLocation = 0;
      ProtoReader source = graph.message();
      while (source.next()) {
        switch (source.field()) {
          case 8 -> {
            corner = shapes.corner(source.text(OnnxScanner.MAX_NAME));
            inside.raw(source.whole());
          }
          case 13 -> place = place.with(source.message());
          case 14 -> dataLocation = source.varint();
          default -> copyField(source, inside);
        }
      }
      String location = place.location();
      if (corner.isPresent()) {
        copy.message(5, SquareConstant.corner(source.fromStart(), corner.getAsLong()));
      } else if (dataLocation != EXTERNAL || location == null) {
        copy.raw(graph.whole());
      } else {
        copy.message(5, inside.bytes(9, external.read(location, place)));
      }
    }

    private static void copyField(ProtoReader source, ProtoMessage copy) {
      source.skip();
      copy.raw(source.whole());
    }
  }

  /** Writes a ValueInfoProto of a tensor type. */
  static ProtoMessage tensor(ValueInfo value) {
    ProtoMessage tensor = new ProtoMessage().varint(1, value.typeCode());
    List<Dimension> dimensions = value.dimensions();
    if (dimensions != null) {
      ProtoMessage shape = new ProtoMessage();
      for (Dimension dimension : dimensions) {
        shape.message(1, dimension(dimension));
      }
      tensor.message(2, shape);
    }
    return new ProtoMessage()
        .text(1, value.name())
        .message(2, new ProtoMessage().message(1, tensor));
  }

  private static ProtoMessage dimension(Dimension dimension) {
    return switch (dimension) {
      case Dimension.Fixed(long size) -> new ProtoMessage().varint(1, size);
      case Dimension.Symbol(String name) -> new ProtoMessage().text(2, name);
      case Dimension.Open() -> new ProtoMessage();
    };
  }
}
