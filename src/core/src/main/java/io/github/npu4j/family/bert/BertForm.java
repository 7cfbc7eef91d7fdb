package io.github.npu4j.family.bert;

import io.github.npu4j.checkpoint.Weight;
import io.github.npu4j.family.bert.BertEncoder.Embeddings;
import io.github.npu4j.family.bert.BertEncoder.Layer;
import io.github.npu4j.family.bert.BertEncoder.Linear;
import io.github.npu4j.family.bert.BertEncoder.Norm;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.util.List;

/**
 * A BERT encoder written anew with ONNX Runtime's own fused operators: one node for the embeddings,
 * and six a layer instead of some fifty.
 *
 * <p>The three projections of attention become one matrix. All weights are those of the source, bit
 * for bit; sums are taken in another order, so that answers differ in the last digits. Inputs are
 * {@code INT32}, which the operators take without a cast.
 */
final class BertForm {

  /** The domain of ONNX Runtime's own operators, documented in its ContribOperators.md. */
  private static final String FUSED = "com.microsoft";

  private static final int OPSET = 17;
  private static final String BATCH = "batch_size";
  private static final String LENGTH = "sequence_length";

  private final GraphConstants source;
  private final BertEncoder encoder;
  private final GraphBuilder graph;

  private BertForm(GraphConstants source, BertEncoder encoder) {
    this.source = source;
    this.encoder = encoder;
    this.graph = new GraphBuilder(source.graph().name(), OPSET);
  }

  /**
   * Returns the graph, which reads its weights from the source when it is written.
   *
   * @param source where the encoder was found; stays open until the graph is written
   */
  static GraphBuilder of(GraphConstants source, BertEncoder encoder) {
    BertForm form = new BertForm(source, encoder);
    form.build();
    return form.graph;
  }

  private void build() {
    Value ids = graph.input(encoder.ids(), ElementType.INT32, BATCH, LENGTH);
    Value mask = graph.input(encoder.mask(), ElementType.INT32, BATCH, LENGTH);
    Value types = graph.input(encoder.types(), ElementType.INT32, BATCH, LENGTH);
    Value hidden = embed(ids, types);
    int number = 0;
    for (Layer layer : encoder.layers()) {
      graph.scope("layer." + number++);
      Value joined = product(attention(hidden, mask, layer), layer.joined());
      hidden = norm(joined, hidden, layer.joined(), layer.attended());
      Value wide =
          fused("BiasGelu", product(hidden, layer.up()), weight(layer.up().bias())).output();
      hidden = norm(product(wide, layer.down()), hidden, layer.down(), layer.done());
    }
    long width = source.spec(encoder.embeddings().words()).shape().dimension(1);
    graph.output(encoder.output(), hidden, ElementType.FLOAT32, BATCH, LENGTH, width);
  }

  private Value embed(Value ids, Value types) {
    Embeddings embeddings = encoder.embeddings();
    Norm norm = embeddings.norm();
    return fused(
            "EmbedLayerNormalization",
            ids,
            types,
            weight(embeddings.words()),
            weight(embeddings.positions()),
            weight(embeddings.types()),
            weight(norm.factors()),
            weight(norm.summands()))
        .with("epsilon", norm.epsilon())
        .outputs(2)
        .getFirst();
  }

  private Value attention(Value hidden, Value mask, Layer layer) {
    List<Linear> projections = List.of(layer.query(), layer.key(), layer.value());
    String name = layer.query().matrix() + " and key and value";
    Weight joined =
        Weight.beside(projections.stream().map(part -> Weight.of(source, part.matrix())).toList());
    return fused("Attention", hidden, graph.weight(name, joined), biases(name, projections), mask)
        .with("num_heads", encoder.heads())
        .with("mask_filter_value", encoder.maskedOut())
        .output();
  }

  private Value biases(String name, List<Linear> projections) {
    int length = 0;
    for (Linear part : projections) {
      length += Math.toIntExact(source.spec(part.bias()).shape().elements());
    }
    float[] joined = new float[length];
    int at = 0;
    for (Linear part : projections) {
      float[] bias = source.constant(part.bias()).orElseThrow().floats();
      System.arraycopy(bias, 0, joined, at, bias.length);
      at += bias.length;
    }
    return graph.numbers(name + " biases", joined, Shape.of(length));
  }

  /** Multiplies by a matrix; its bias is left to the operator that follows. */
  private Value product(Value x, Linear linear) {
    return graph.op("MatMul", x, weight(linear.matrix()));
  }

  /** Adds what a product lacks, its bias, and the layer's input, and takes the norm. */
  private Value norm(Value product, Value skipped, Linear linear, Norm norm) {
    return fused(
            "SkipLayerNormalization",
            product,
            skipped,
            weight(norm.factors()),
            weight(norm.summands()),
            weight(linear.bias()))
        .with("epsilon", norm.epsilon())
        .output();
  }

  private Value weight(String name) {
    return graph.weight(name, Weight.of(source, name));
  }

  private GraphBuilder.Node fused(String type, Value... inputs) {
    return graph.node(type, inputs).domain(FUSED);
  }
}
