package io.github.npu4j.onnx;

import io.github.npu4j.internal.proto.ProtoReader;
import io.github.npu4j.onnx.OnnxProto.NodeProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node of a graph: an operator with the values that it takes and gives ({@code NodeProto}).
 *
 * <p>An empty name among the inputs or outputs stands for one that is left out. Identity counts:
 * two nodes are never equal. Mutable; for one thread while it changes.
 */
public final class OnnxNode extends ModelPart {

  private @Nullable String name;
  private @Nullable String opType;
  private @Nullable String domain;
  private final List<String> inputs = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private final List<OnnxAttribute> attributes = new ArrayList<>();
  private final RawFields fields = new RawFields();

  private OnnxNode() {}

  /**
   * Makes a node of ONNX's own domain.
   *
   * @param name the node's name; may be empty
   * @param opType the operator, such as {@code MatMul}
   * @param inputs the names of the values that it takes
   * @param outputs the names of the values that it gives
   */
  public OnnxNode(String name, String opType, List<String> inputs, List<String> outputs) {
    this.name = name;
    this.opType = opType;
    this.inputs.addAll(inputs);
    this.outputs.addAll(outputs);
  }

  static OnnxNode read(ProtoReader reader, ModelSource source) {
    source.countNode(reader);
    OnnxNode node = new OnnxNode();
    while (reader.next()) {
      switch (reader.field()) {
        case NodeProto.INPUT -> node.inputs.add(source.name(reader));
        case NodeProto.OUTPUT -> node.outputs.add(source.name(reader));
        case NodeProto.NAME -> node.name = source.name(reader);
        case NodeProto.OP_TYPE -> node.opType = source.name(reader);
        case NodeProto.DOMAIN -> node.domain = source.name(reader);
        case NodeProto.ATTRIBUTE ->
            node.attributes.add(OnnxAttribute.read(reader.message(), source));
        default -> node.fields.take(reader, source);
      }
    }
    return node;
  }

  @Override
  void write(ProtoWriter target) {
    RawFields.Rest rest = fields.rest();
    inputs.forEach(input -> target.text(NodeProto.INPUT, input));
    outputs.forEach(output -> target.text(NodeProto.OUTPUT, output));
    writeIfThere(NodeProto.NAME, name, target);
    writeIfThere(NodeProto.OP_TYPE, opType, target);
    target.parts(NodeProto.ATTRIBUTE, attributes);
    rest.before(NodeProto.DOMAIN, target);
    writeIfThere(NodeProto.DOMAIN, domain, target);
    rest.all(target);
  }

  private static void writeIfThere(int field, @Nullable String text, ProtoWriter target) {
    if (text != null) {
      target.text(field, text);
    }
  }

  /** Returns the node's name; often empty. */
  public String name() {
    return name == null ? "" : name;
  }

  /** Gives the node another name. */
  public OnnxNode name(String other) {
    name = other;
    return this;
  }

  /** Returns the operator, such as {@code MatMul}. */
  public String opType() {
    return opType == null ? "" : opType;
  }

  /** Makes the node one of another operator. */
  public OnnxNode opType(String other) {
    opType = other;
    return this;
  }

  /** Returns the operator's domain; empty for ONNX's own, however the file calls it. */
  public String domain() {
    return domain == null || domain.equals(OnnxModel.ONNX_DOMAIN) ? "" : domain;
  }

  /** Takes the operator from another domain. */
  public OnnxNode domain(String other) {
    domain = other;
    return this;
  }

  /** Returns whether the operator is ONNX's own of a name. */
  public boolean is(String ownOperator) {
    return opType().equals(ownOperator) && domain().isEmpty();
  }

  /** Returns the names of the values that it takes, to be read and changed. */
  public List<String> inputs() {
    return inputs;
  }

  /** Returns one input; empty if the node has fewer. */
  public String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  /** Returns the names of the values that it gives, to be read and changed. */
  public List<String> outputs() {
    return outputs;
  }

  /** Returns one output; empty if the node has fewer. */
  public String output(int index) {
    return index < outputs.size() ? outputs.get(index) : "";
  }

  /** Returns the attributes in the file's order. */
  public List<OnnxAttribute> attributes() {
    return Collections.unmodifiableList(attributes);
  }

  /** Returns an attribute; the last of that name, as ONNX Runtime takes it. */
  public Optional<OnnxAttribute> attribute(String attribute) {
    for (int i = attributes.size() - 1; i >= 0; i--) {
      if (attributes.get(i).name().equals(attribute)) {
        return Optional.of(attributes.get(i));
      }
    }
    return Optional.empty();
  }

  /** Adds an attribute, in the place of one of that name if there is one. */
  public OnnxNode with(OnnxAttribute attribute) {
    for (int i = 0; i < attributes.size(); i++) {
      if (attributes.get(i).name().equals(attribute.name())) {
        attributes.set(i, attribute);
        return this;
      }
    }
    attributes.add(attribute);
    return this;
  }

  /** Removes an attribute, if it is there. */
  public OnnxNode without(String attribute) {
    attributes.removeIf(found -> found.name().equals(attribute));
    return this;
  }

  /** Returns an attribute's integer, the first of a list. */
  public long integer(String attribute, long absent) {
    long[] values = integers(attribute);
    return values.length == 0 ? absent : values[0];
  }

  /** Returns an attribute's integers; none if there is no such attribute. */
  public long[] integers(String attribute) {
    return attribute(attribute).map(OnnxAttribute::integers).orElse(new long[0]);
  }

  /** Returns an attribute's float, the first of a list. */
  public float number(String attribute, float absent) {
    float[] values = attribute(attribute).map(OnnxAttribute::floats).orElse(new float[0]);
    return values.length == 0 ? absent : values[0];
  }

  /** Returns an attribute's text, the first of a list; empty if there is none. */
  public String text(String attribute) {
    List<String> values = attribute(attribute).map(OnnxAttribute::texts).orElse(List.of());
    return values.isEmpty() ? "" : values.getFirst();
  }

  /** Returns the graphs inside the node: the bodies of If, Loop and Scan. */
  public List<OnnxGraph> graphs() {
    return attributes.stream().flatMap(attribute -> attribute.graphs().stream()).toList();
  }

  private String firstOutput() {
    return outputs.stream().filter(output -> !output.isEmpty()).findFirst().orElse("");
  }

  /** Returns the node as {@code /encoder/Erf (Erf)}. */
  @Override
  public String toString() {
    String shown =
        name().isEmpty() ? "the unnamed node that gives \"" + firstOutput() + "\"" : name();
    return shown + " (" + (domain().isEmpty() ? opType() : domain() + "." + opType()) + ")";
  }
}
