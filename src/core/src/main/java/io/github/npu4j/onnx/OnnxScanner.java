package io.github.npu4j.onnx;

import io.github.npu4j.internal.proto.ProtoReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One walk over an ONNX file. Field numbers are those of ONNX's published onnx.proto. */
final class OnnxScanner {

  /** What a file should be, in the words of an error message. */
  static final String FORMAT = "an ONNX model";

  /** Longest name, domain or path. */
  static final int MAX_NAME = 4096;

  /** Longest metadata value; some tools keep whole vocabularies or configurations there. */
  private static final int MAX_METADATA = 1 << 20;

  private static final int MAX_NODES = 1_000_000;
  private static final int MAX_VALUES = 100_000;
  private static final int MAX_RANK = 32;
  private static final int MAX_SMALL = 1000;

  /** Graphs inside nodes inside graphs: the bodies of If and Loop. */
  private static final int MAX_DEPTH = 16;

  private final Path path;
  private final String file;
  private final MemorySegment bytes;

  private long irVersion;
  private String producer = "";
  private String producerVersion = "";
  private String graphName = "";
  private boolean graphSeen;
  private long metadataBytes;
  private final Map<String, Long> opsets = new HashMap<>();
  private final Map<String, String> metadata = new HashMap<>();
  private final Map<String, String> repeated = new HashMap<>();
  private final Set<String> initializers = new HashSet<>();
  private final List<ValueInfo> inputs = new ArrayList<>();
  private final List<ValueInfo> outputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<EpContextNode> epContexts = new ArrayList<>();
  private final Set<String> externalData = new HashSet<>();

  OnnxScanner(Path path, MemorySegment bytes) {
    this.path = path;
    this.file = String.valueOf(path.getFileName());
    this.bytes = bytes;
  }

  OnnxFile scan() {
    ProtoReader model = new ProtoReader(bytes, file, FORMAT);
    while (model.next()) {
      switch (model.field()) {
        case 1 -> irVersion = model.varint();
        case 2 -> producer = model.text(MAX_NAME);
        case 3 -> producerVersion = model.text(MAX_NAME);
        case 7 -> onlyGraph(model);
        case 8 -> opset(model.message());
        case 14 -> metadata(model.message());
        default -> model.skip();
      }
    }
    if (irVersion <= 0 || !graphSeen) {
      throw model.damaged("no ONNX " + (graphSeen ? "IR version" : "graph") + " up to the end");
    }
    inputs.removeIf(input -> initializers.contains(input.name()));
    return new OnnxFile(
        path,
        bytes.byteSize(),
        irVersion,
        (producer + " " + producerVersion).strip(),
        opsets,
        metadata,
        graphName,
        inputs,
        outputs,
        nodes,
        epContexts,
        externalData);
  }

  private void onlyGraph(ProtoReader model) {
    if (graphSeen) {
      throw model.damaged("a second graph");
    }
    graphSeen = true;
    ProtoReader graph = model.message();
    while (graph.next()) {
      switch (graph.field()) {
        case 1 -> {
          bound(graph, nodes.size(), MAX_NODES, "nodes");
          nodes.add(node(graph.message(), 0));
        }
        case 2 -> graphName = graph.text(MAX_NAME);
        case 5 -> {
          bound(graph, initializers.size(), MAX_NODES, "initializers");
          String name = tensor(graph.message());
          if (!name.isEmpty()) {
            initializers.add(name);
          }
        }
        case 11 -> {
          bound(graph, inputs.size(), MAX_VALUES, "inputs");
          inputs.add(valueInfo(graph.message()));
        }
        case 12 -> {
          bound(graph, outputs.size(), MAX_VALUES, "outputs");
          outputs.add(valueInfo(graph.message()));
        }
        default -> graph.skip();
      }
    }
  }

  private static void bound(ProtoReader reader, int count, int limit, String what) {
    if (count >= limit) {
      throw reader.damaged("more than " + limit + " " + what);
    }
  }

  private void opset(ProtoReader opset) {
    bound(opset, opsets.size(), MAX_SMALL, "operator sets");
    String domain = "";
    long version = 0;
    while (opset.next()) {
      switch (opset.field()) {
        case 1 -> domain = opset.text(MAX_NAME);
        case 2 -> version = opset.varint();
        default -> opset.skip();
      }
    }
    opsets.put(domain.equals("ai.onnx") ? "" : domain, version);
  }

  private void metadata(ProtoReader entry) {
    bound(entry, metadata.size(), MAX_SMALL, "properties");
    String key = "";
    String value = "";
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> key = entry.text(MAX_NAME);
        case 2 -> value = entry.text(MAX_METADATA);
        default -> entry.skip();
      }
    }
    metadataBytes += value.length();
    if (metadataBytes > 16L * MAX_METADATA) {
      throw entry.damaged("more than " + 16L * MAX_METADATA + " characters of properties");
    }
    metadata.put(key, value);
  }

  /** Notes where a tensor's data is, if outside the file, and returns the tensor's name. */
  private String tensor(ProtoReader tensor) {
    String name = "";
    while (tensor.next()) {
      switch (tensor.field()) {
        case 8 -> name = tensor.text(MAX_NAME);
        case 13 -> {
          String location = ExternalData.Place.NOWHERE.with(tensor.message()).location();
          if (location != null) {
            bound(tensor, externalData.size(), MAX_SMALL, "files of external data");
            externalData.add(location);
          }
        }
        default -> tensor.skip();
      }
    }
    return name;
  }

  private Node node(ProtoReader node, int depth) {
    String name = "";
    String opType = "";
    String domain = "";
    List<String> taken = new ArrayList<>();
    List<String> given = new ArrayList<>();
    Attributes attributes = new Attributes();
    while (node.next()) {
      switch (node.field()) {
        case 1 -> {
          bound(node, taken.size(), MAX_VALUES, "inputs of a node");
          taken.add(node.text(MAX_NAME));
        }
        case 2 -> {
          bound(node, given.size(), MAX_VALUES, "outputs of a node");
          given.add(node.text(MAX_NAME));
        }
        case 3 -> name = node.text(MAX_NAME);
        case 4 -> opType = node.text(MAX_NAME);
        case 5 -> attribute(node.message(), attributes, depth);
        case 7 -> domain = node.text(MAX_NAME);
        default -> node.skip();
      }
    }
    if (depth == 0 && opType.equals("EPContext")) {
      bound(node, epContexts.size(), MAX_SMALL, "EPContext nodes");
      epContexts.add(epContext(name, attributes, taken, given));
    }
    return new Node(name, shared(opType), shared(domain), given.isEmpty() ? "" : given.get(0));
  }

  private String shared(String text) {
    String known = repeated.putIfAbsent(text, text);
    return known == null ? text : known;
  }

  private void attribute(ProtoReader attribute, Attributes found, int depth) {
    String name = "";
    MemorySegment text = null;
    Long integer = null;
    while (attribute.next()) {
      switch (attribute.field()) {
        case 1 -> name = attribute.text(MAX_NAME);
        case 3 -> integer = attribute.varint();
        case 4 -> text = attribute.slice();
        case 5, 10 -> tensor(attribute.message());
        case 6, 11 -> body(attribute.message(), depth + 1);
        default -> attribute.skip();
      }
    }
    bound(attribute, found.size(), MAX_SMALL, "attributes of a node");
    if (integer != null) {
      found.integers.put(name, integer);
    }
    if (text != null) {
      found.texts.put(name, text);
    }
  }

  /** Walks a graph inside a node for the external data it may name. */
  private void body(ProtoReader graph, int depth) {
    bound(graph, depth, MAX_DEPTH, "graphs inside each other");
    while (graph.next()) {
      switch (graph.field()) {
        case 1 -> node(graph.message(), depth);
        case 5 -> tensor(graph.message());
        default -> graph.skip();
      }
    }
  }

  private EpContextNode epContext(
      String name, Attributes found, List<String> taken, List<String> given) {
    MemorySegment context = found.texts.get("ep_cache_context");
    boolean embedded = found.integers.getOrDefault("embed_mode", 1L) != 0;
    return new EpContextNode(
        name,
        found.text("partition_name"),
        found.text("source"),
        found.text("ep_sdk_version"),
        found.integers.getOrDefault("main_context", 1L) != 0,
        context == null || embedded ? null : Attributes.decode(context),
        context == null || !embedded
            ? null
            : new EpContextNode.Range(context.address() - bytes.address(), context.byteSize()),
        taken,
        given);
  }

  /** The integers and texts among the attributes of a node. */
  private static final class Attributes {
    final Map<String, Long> integers = new HashMap<>();
    final Map<String, MemorySegment> texts = new HashMap<>();

    int size() {
      return integers.size() + texts.size();
    }

    String text(String name) {
      MemorySegment found = texts.get(name);
      return found == null ? "" : decode(found);
    }

    static String decode(MemorySegment text) {
      long length = Math.min(text.byteSize(), MAX_NAME);
      return StandardCharsets.UTF_8.decode(text.asSlice(0, length).asByteBuffer()).toString();
    }
  }

  /** Reads a ValueInfoProto. */
  static ValueInfo valueInfo(ProtoReader value) {
    String name = "";
    ProtoReader type = null;
    while (value.next()) {
      switch (value.field()) {
        case 1 -> name = value.text(MAX_NAME);
        case 2 -> type = value.message();
        default -> value.skip();
      }
    }
    return type == null ? new ValueInfo(name, 0, null) : typed(name, type);
  }

  /** Reads a TypeProto, of which only tensors have a type and shape here. */
  private static ValueInfo typed(String name, ProtoReader type) {
    int code = 0;
    List<Dimension> dimensions = null;
    while (type.next()) {
      if (type.field() != 1) {
        type.skip();
        continue;
      }
      ProtoReader tensor = type.message();
      while (tensor.next()) {
        switch (tensor.field()) {
          case 1 -> code = (int) tensor.varint();
          case 2 -> dimensions = shape(tensor.message());
          default -> tensor.skip();
        }
      }
    }
    return new ValueInfo(name, code, dimensions);
  }

  private static List<Dimension> shape(ProtoReader shape) {
    List<Dimension> dimensions = new ArrayList<>();
    while (shape.next()) {
      if (shape.field() == 1) {
        bound(shape, dimensions.size(), MAX_RANK, "dimensions");
        dimensions.add(dimension(shape.message()));
      } else {
        shape.skip();
      }
    }
    return dimensions;
  }

  /** A negative size, which some tools write, means the same as no size. */
  private static Dimension dimension(ProtoReader dimension) {
    Dimension found = new Dimension.Open();
    while (dimension.next()) {
      switch (dimension.field()) {
        case 1 -> {
          long size = dimension.varint();
          found = size < 0 ? new Dimension.Open() : new Dimension.Fixed(size);
        }
        case 2 -> {
          String symbol = dimension.text(MAX_NAME);
          found = symbol.isEmpty() ? new Dimension.Open() : new Dimension.Symbol(symbol);
        }
        default -> dimension.skip();
      }
    }
    return found;
  }
}
