package io.github.npu4j.onnx;

/**
 * The numbers of ONNX's file format: the fields of each message and the values of each enumeration
 * that are looked at here, as the published {@code onnx.proto} (ONNX 1.23, IR version 14) has them.
 * A class is named after its message.
 */
final class OnnxProto {

  private OnnxProto() {}

  static final class ModelProto {
    static final int IR_VERSION = 1;
    static final int PRODUCER_NAME = 2;
    static final int PRODUCER_VERSION = 3;
    static final int GRAPH = 7;
    static final int OPSET_IMPORT = 8;
    static final int METADATA_PROPS = 14;

    private ModelProto() {}
  }

  static final class OperatorSetIdProto {
    static final int DOMAIN = 1;
    static final int VERSION = 2;

    private OperatorSetIdProto() {}
  }

  static final class StringStringEntryProto {
    static final int KEY = 1;
    static final int VALUE = 2;

    private StringStringEntryProto() {}
  }

  static final class GraphProto {
    static final int NODE = 1;
    static final int NAME = 2;
    static final int INITIALIZER = 5;
    static final int INPUT = 11;
    static final int OUTPUT = 12;
    static final int VALUE_INFO = 13;
    static final int SPARSE_INITIALIZER = 15;

    private GraphProto() {}
  }

  static final class NodeProto {
    static final int INPUT = 1;
    static final int OUTPUT = 2;
    static final int NAME = 3;
    static final int OP_TYPE = 4;
    static final int ATTRIBUTE = 5;
    static final int DOMAIN = 7;

    private NodeProto() {}
  }

  static final class AttributeProto {
    static final int NAME = 1;
    static final int F = 2;
    static final int I = 3;
    static final int S = 4;
    static final int T = 5;
    static final int G = 6;
    static final int FLOATS = 7;
    static final int INTS = 8;
    static final int STRINGS = 9;
    static final int TENSORS = 10;
    static final int GRAPHS = 11;
    static final int TYPE = 20;
    static final int SPARSE_TENSOR = 22;
    static final int SPARSE_TENSORS = 23;

    private AttributeProto() {}
  }

  /** {@code AttributeProto.AttributeType}. */
  static final class AttributeType {
    static final int FLOAT = 1;
    static final int INT = 2;
    static final int STRING = 3;
    static final int TENSOR = 4;
    static final int GRAPH = 5;
    static final int FLOATS = 6;
    static final int INTS = 7;
    static final int STRINGS = 8;

    private AttributeType() {}
  }

  static final class TensorProto {
    static final int DIMS = 1;
    static final int DATA_TYPE = 2;
    static final int FLOAT_DATA = 4;
    static final int INT32_DATA = 5;
    static final int STRING_DATA = 6;
    static final int INT64_DATA = 7;
    static final int NAME = 8;
    static final int RAW_DATA = 9;
    static final int DOUBLE_DATA = 10;
    static final int UINT64_DATA = 11;
    static final int EXTERNAL_DATA = 13;
    static final int DATA_LOCATION = 14;

    /** {@code TensorProto.DataLocation.EXTERNAL}. */
    static final int EXTERNAL = 1;

    private TensorProto() {}
  }

  static final class SparseTensorProto {
    static final int VALUES = 1;
    static final int INDICES = 2;

    private SparseTensorProto() {}
  }

  static final class ValueInfoProto {
    static final int NAME = 1;
    static final int TYPE = 2;

    private ValueInfoProto() {}
  }

  static final class TypeProto {
    static final int TENSOR_TYPE = 1;

    private TypeProto() {}
  }

  /** {@code TypeProto.Tensor}. */
  static final class TensorType {
    static final int ELEM_TYPE = 1;
    static final int SHAPE = 2;

    private TensorType() {}
  }

  static final class TensorShapeProto {
    static final int DIM = 1;

    private TensorShapeProto() {}
  }

  /** {@code TensorShapeProto.Dimension}. */
  static final class DimensionProto {
    static final int DIM_VALUE = 1;
    static final int DIM_PARAM = 2;

    private DimensionProto() {}
  }
}
