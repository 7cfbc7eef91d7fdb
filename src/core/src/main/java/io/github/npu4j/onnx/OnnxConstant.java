package io.github.npu4j.onnx;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.proto.ProtoReader;
import io.github.npu4j.onnx.OnnxProto.TensorProto;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that a model carries: an initializer, or the value of an attribute ({@code
 * TensorProto}).
 *
 * <p>Its elements are read on demand. They are in the model, where they may be stored in one of
 * several ways, or in another file ({@link #external()}); {@link #bytes()} gives them in one form.
 * What is not known here, such as a documentation, is kept in all copies.
 *
 * <p>Immutable.
 */
public final class OnnxConstant extends ModelPart {

  private static final int MAX_RANK = 1000;

  private final @Nullable String name;
  private final long[] dimensions;
  private final @Nullable ByteSource raw;
  private final RawFields fields;
  private final @Nullable Path folder;

  private OnnxConstant(
      @Nullable String name,
      long[] dimensions,
      @Nullable ByteSource raw,
      RawFields fields,
      @Nullable Path folder) {
    this.name = name;
    this.dimensions = dimensions;
    this.raw = raw;
    this.fields = fields;
    this.folder = folder;
  }

  /**
   * Makes a tensor.
   *
   * @param name its name; may be empty in an attribute
   * @param shape static
   * @param elements packed, row-major, little-endian
   * @throws IllegalArgumentException if there are more or fewer than the shape says
   */
  public static OnnxConstant of(String name, ElementType type, Shape shape, ByteSource elements) {
    if (elements.byteSize() != type.byteSize(shape.elements())) {
      throw new IllegalArgumentException(
          elements.byteSize() + " bytes are not " + type + " " + shape);
    }
    return new OnnxConstant(name, shape.toArray(), elements, typed(type), null);
  }

  /** Makes a tensor of float32. */
  public static OnnxConstant of(String name, Shape shape, float... elements) {
    return of(name, ElementType.FLOAT32, shape, ByteSource.of(LittleEndian.bytes(elements)));
  }

  /** Makes a tensor of int64. */
  public static OnnxConstant of(String name, Shape shape, long... elements) {
    return of(name, ElementType.INT64, shape, ByteSource.of(LittleEndian.bytes(elements)));
  }

  /**
   * Makes a tensor whose elements are in another file.
   *
   * @param folder the folder that the model will be in, which the place is relative to
   */
  public static OnnxConstant at(
      ExternalPlace place, Path folder, String name, ElementType type, Shape shape) {
    return new OnnxConstant(name, shape.toArray(), null, typed(type), folder).with(place, folder);
  }

  private static RawFields typed(ElementType type) {
    return new RawFields().set(TensorProto.DATA_TYPE, DataTypes.code(type));
  }

  static OnnxConstant read(ProtoReader reader, ModelSource source) {
    source.count(reader);
    String name = null;
    RawFields.LongList dimensions = new RawFields.LongList(MAX_RANK);
    ByteSource raw = null;
    RawFields fields = new RawFields();
    while (reader.next()) {
      switch (reader.field()) {
        case TensorProto.DIMS -> reader.varints(MAX_RANK, dimensions::add);
        case TensorProto.NAME -> name = source.name(reader);
        case TensorProto.RAW_DATA -> raw = source.keep(reader.slice());
        default -> fields.take(reader, source);
      }
    }
    return new OnnxConstant(name, dimensions.toArray(), raw, fields, source.folder());
  }

  @Override
  void write(ProtoWriter target) {
    RawFields.Rest rest = fields.rest();
    for (long dimension : dimensions) {
      target.varint(TensorProto.DIMS, dimension);
    }
    rest.before(TensorProto.NAME, target);
    if (name != null) {
      target.text(TensorProto.NAME, name);
    }
    if (raw != null) {
      target.bytes(TensorProto.RAW_DATA, raw);
    }
    rest.all(target);
  }

  /** Returns the name; may be empty. */
  public String name() {
    return name == null ? "" : name;
  }

  /** Returns ONNX's number of the element type. */
  public int typeCode() {
    return (int) fields.integer(TensorProto.DATA_TYPE, 0);
  }

  /** Returns the element type; empty for texts and complex numbers. */
  public Optional<ElementType> type() {
    return DataTypes.type(typeCode());
  }

  /** Returns a copy of the dimensions as the file has them. */
  long[] dimensions() {
    return dimensions.clone();
  }

  /**
   * Returns the shape.
   *
   * @throws BadModelException if a dimension is negative
   */
  public Shape shape() {
    for (long dimension : dimensions) {
      if (dimension < 0) {
        throw bad("it has a dimension of " + dimension);
      }
    }
    return Shape.of(dimensions);
  }

  /**
   * Returns name, type and shape; empty for texts and complex numbers.
   *
   * @throws BadModelException if a dimension is negative
   */
  public Optional<TensorSpec> spec() {
    return type().map(type -> new TensorSpec(name(), type, shape()));
  }

  /**
   * Returns where the elements are, if in another file.
   *
   * @throws BadModelException if the model says it in no way that makes sense
   */
  public Optional<ExternalPlace> external() {
    if (fields.integer(TensorProto.DATA_LOCATION, 0) != TensorProto.EXTERNAL) {
      return Optional.empty();
    }
    ExternalPlace place = ExternalPlace.of(fields.all(TensorProto.EXTERNAL_DATA));
    return place.location().isEmpty() ? Optional.empty() : Optional.of(place);
  }

  /** Returns where the elements are, if they are packed bytes in a file of a folder. */
  Optional<ExternalPlace> placeIn(Path modelFolder) {
    Optional<ExternalPlace> outside = external();
    if (outside.isPresent() || !(raw instanceof FileBytes here)) {
      return outside.filter(
          place -> place.resolve(modelFolder).equals(externalFile().orElse(null)));
    }
    return ModelSource.folder(here.file()).equals(modelFolder)
        ? Optional.of(
            new ExternalPlace(
                String.valueOf(here.file().getFileName()), here.offset(), here.byteSize()))
        : Optional.empty();
  }

  /**
   * Returns the file that {@link #external()} names.
   *
   * @throws BadModelException if it is outside the model's folder, or the model is in no folder
   */
  public Optional<Path> externalFile() {
    return external().map(place -> place.resolve(requireFolder()));
  }

  /**
   * Returns the elements: packed, row-major, little-endian.
   *
   * @throws BadModelException if they are texts or complex numbers, more or fewer than the shape
   *     says, or can't be read
   */
  public ByteSource bytes() {
    TensorSpec spec = spec().orElseThrow(() -> bad("it is of ONNX type " + typeCode()));
    long size;
    try {
      size = spec.type().byteSize(spec.shape().elements());
    } catch (ArithmeticException tooLarge) {
      throw bad("its shape is " + spec.shape());
    }
    ByteSource elements = storedBytes();
    if (elements == null) {
      elements = TypedElements.bytes(fields, spec.type(), size, this::bad);
    }
    if (elements.byteSize() != size) {
      throw bad("it has " + elements.byteSize() + " bytes for " + spec);
    }
    return elements;
  }

  /** Returns the elements as they are stored, if that is as packed bytes, whatever their number. */
  @Nullable ByteSource storedBytes() {
    return external().map(place -> place.bytes(requireFolder())).orElse(raw);
  }

  /**
   * Returns the elements of a tensor of float32.
   *
   * @throws BadModelException if it is of another type, or as {@link #bytes()}
   */
  public float[] floats() {
    if (type().orElse(null) != ElementType.FLOAT32) {
      throw bad("it is of ONNX type " + typeCode() + " and not float32");
    }
    return inMemory().toArray(LittleEndian.FLOAT);
  }

  /**
   * Returns the elements of a tensor of integers of any width, or of booleans.
   *
   * @throws BadModelException if it is of another type, or as {@link #bytes()}
   */
  public long[] integers() {
    ElementType type = type().orElseThrow(() -> bad("it is of ONNX type " + typeCode()));
    if (type.isFloating() || type.bits() < Byte.SIZE) {
      throw bad("it is of " + type + " and not of integers");
    }
    return LittleEndian.integers(type, inMemory());
  }

  private MemorySegment inMemory() {
    ByteSource elements = bytes();
    if (elements.byteSize() > Integer.MAX_VALUE - Long.BYTES) {
      throw bad("it has " + elements.byteSize() + " bytes, too many for an array");
    }
    byte[] copy = new byte[(int) elements.byteSize()];
    elements.copyInto(MemorySegment.ofArray(copy));
    return MemorySegment.ofArray(copy);
  }

  /** Returns this tensor under another name. */
  public OnnxConstant named(String other) {
    return new OnnxConstant(other, dimensions, raw, fields, folder);
  }

  /**
   * Returns this tensor with other elements, which are then in the model.
   *
   * @param elements packed, row-major, little-endian; as many as the shape says
   */
  public OnnxConstant with(ElementType type, Shape shape, ByteSource elements) {
    if (elements.byteSize() != type.byteSize(shape.elements())) {
      throw new IllegalArgumentException(
          elements.byteSize() + " bytes are not " + type + " " + shape);
    }
    RawFields changed = withoutElements(fields).set(TensorProto.DATA_TYPE, DataTypes.code(type));
    return new OnnxConstant(name, shape.toArray(), elements, changed, folder);
  }

  /** Returns this tensor with the elements that it has, stored in the model as packed bytes. */
  OnnxConstant inside(ByteSource elements) {
    return new OnnxConstant(name, dimensions, elements, withoutElements(fields), folder);
  }

  /** Returns this tensor with its elements in another file. */
  OnnxConstant with(ExternalPlace place, Path newFolder) {
    RawFields changed = withoutElements(fields);
    add(changed, ExternalPlace.LOCATION, place.location());
    add(changed, ExternalPlace.OFFSET, Long.toString(place.offset()));
    if (place.length() >= 0) {
      add(changed, ExternalPlace.LENGTH, Long.toString(place.length()));
    }
    changed.set(TensorProto.DATA_LOCATION, TensorProto.EXTERNAL);
    return new OnnxConstant(name, dimensions, null, changed, newFolder);
  }

  private static void add(RawFields fields, String key, String value) {
    fields.add(TensorProto.EXTERNAL_DATA, new RawFields.Entry(key, value).encoded());
  }

  private static RawFields withoutElements(RawFields fields) {
    RawFields left = fields.copy();
    TypedElements.FIELDS.forEach(left::remove);
    return left.remove(TensorProto.EXTERNAL_DATA).remove(TensorProto.DATA_LOCATION);
  }

  private Path requireFolder() {
    if (folder == null) {
      throw bad("they are in another file, and the model itself was read from memory");
    }
    return folder;
  }

  private BadModelException bad(String why) {
    return ModelSource.bad("the elements of the tensor \"" + name() + "\" can't be read", why);
  }

  /** Returns the tensor as {@code weight: FLOAT32 384x384}. */
  @Override
  public String toString() {
    return name()
        + ": "
        + type().map(Enum::name).orElse("ONNX type " + typeCode())
        + " "
        + Arrays.toString(dimensions);
  }
}
