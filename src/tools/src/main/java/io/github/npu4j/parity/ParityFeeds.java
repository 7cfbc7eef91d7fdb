package io.github.npu4j.parity;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.engine.Feed;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a model is compared on: a sentence if it takes text, which leaves part of the mask zero, and
 * random values, which fill every place.
 */
final class ParityFeeds implements ParityInputs {

  private static final String SENTENCE =
      "The lighthouse keeper's daughter sold 48 jars of honey at the Sunday market.";

  private static final long SEED = 1;

  private static final String MASK = "attention_mask";

  /** The inputs of BERT and its kin, which a text can fill. */
  private static final Set<String> TEXT_INPUTS = Set.of("input_ids", MASK, "token_type_ids");

  private final ModelFolder folder;

  ParityFeeds(ModelFolder folder) {
    this.folder = folder;
  }

  @Override
  public List<Feed> of(String name, GraphSpec graph, Map<String, Shape> shapes, Arena arena) {
    List<Feed> feeds = new ArrayList<>();
    boolean text = graph.inputs().stream().allMatch(input -> TEXT_INPUTS.contains(input.name()));
    if (text && folder.tokenizer().isPresent()) {
      feeds.add(new Feed(name + ": a sentence", sentence(graph, shapes, arena)));
    }
    feeds.add(new Feed(name + ": random", Feed.random(graph, shapes, SEED, arena).inputs()));
    return feeds;
  }

  private Map<String, Feed.Value> sentence(
      GraphSpec graph, Map<String, Shape> shapes, Arena arena) {
    try (Tokenizer tokenizer = Tokenizer.open(folder.requireTokenizer())) {
      Map<String, Feed.Value> inputs = new LinkedHashMap<>();
      for (TensorSpec declared : graph.inputs()) {
        Shape shape = shapes.getOrDefault(declared.name(), declared.shape());
        TensorSpec spec = new TensorSpec(declared.name(), ElementType.INT64, shape);
        int room = Math.toIntExact(shape.dimension(shape.rank() - 1));
        Encoding encoding = tokenizer.encode(SENTENCE, room);
        MemorySegment data = OffHeap.allocate(arena, spec);
        for (int token = 0; token < encoding.length(); token++) {
          long value =
              switch (declared.name()) {
                case MASK -> 1;
                case "token_type_ids" -> encoding.typeId(token);
                default -> encoding.ids()[token];
              };
          data.setAtIndex(ValueLayout.JAVA_LONG, token, value);
        }
        inputs.put(declared.name(), new Feed.Value(spec, data));
      }
      return inputs;
    }
  }

  /** Returns the pooled embedding as a value to judge, if that is what the model is for. */
  @Override
  public List<Derived> derived() {
    List<Pooling> ways = folder.description().output().pooling();
    if (ways.isEmpty()) {
      return List.of();
    }
    Pooling pooling = ways.getFirst();
    return List.of(new Derived("(pooled)", (inputs, outputs) -> pooled(pooling, inputs, outputs)));
  }

  private static float[] pooled(
      Pooling pooling, Map<String, Feed.Value> inputs, Map<String, Feed.Value> outputs) {
    Feed.Value hidden = outputs.values().iterator().next();
    Feed.Value mask = inputs.get(MASK);
    Shape shape = hidden.spec().shape();
    int dimensions = Math.toIntExact(shape.dimension(shape.rank() - 1));
    float[] vector = new float[dimensions];
    if (mask == null || mask.spec().type() != ElementType.INT64) {
      int tokens = Math.toIntExact(shape.elements() / dimensions);
      pooling.pool(hidden.data(), hidden.spec().type(), tokens, dimensions, vector, 0);
    } else {
      pooling.pool(hidden.data(), hidden.spec().type(), mask.data(), dimensions, vector, 0);
    }
    return vector;
  }
}
