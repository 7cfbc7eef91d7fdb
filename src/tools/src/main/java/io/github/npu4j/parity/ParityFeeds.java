package io.github.npu4j.parity;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.feed.Feed;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.family.TextInput;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.ValueInfo;
import io.github.npu4j.onnx.use.InputUse;
import io.github.npu4j.onnx.use.InputUses;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a model is compared on: a sentence if it takes text, which leaves part of the mask zero, and
 * random values, which fill every place.
 */
final class ParityFeeds implements ParityInputs {

  private static final String SENTENCE =
      "The lighthouse keeper's daughter sold 48 jars of honey at the Sunday market.";

  private static final long SEED = 1;

  private final ModelFolder folder;
  private final OnnxModel model;
  private final Map<String, Path> given;

  /**
   * Compares on what the model can take.
   *
   * @param given the {@code .npy} files of the inputs that the caller gives
   * @throws BadInputException if the model has no such input
   */
  ParityFeeds(ModelFolder folder, Map<String, Path> given) {
    this.folder = folder;
    this.model = OnnxModel.read(folder.requireOnnx());
    this.given = given;
    List<String> names = model.graph().requiredInputs().stream().map(ValueInfo::name).toList();
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        throw new BadInputException(
            folder.name() + " has no input " + name,
            "its inputs are " + String.join(", ", names),
            "Name one of them.");
      }
    }
  }

  @Override
  public List<Feed> of(String name, GraphSpec graph, Map<String, Shape> shapes, Arena arena) {
    Map<String, Shape> all = new LinkedHashMap<>(shapes);
    graph.inputs().stream()
        .filter(input -> input.shape().isStatic())
        .forEach(input -> all.put(input.name(), input.shape()));
    Map<String, InputUse> uses = InputUses.of(model, all);
    Map<String, Feed.Value> drawn = Feed.random(graph, shapes, uses, SEED, arena).inputs();
    if (!given.isEmpty()) {
      return List.of(given(name, graph, drawn, arena));
    }
    List<Feed> feeds = new ArrayList<>();
    boolean text =
        graph.inputs().stream().allMatch(input -> TextInput.of(input.name()).isPresent());
    if (text && folder.tokenizer().isPresent()) {
      feeds.add(new Feed(name + ": a sentence", sentence(graph, shapes, arena)));
    }
    feeds.add(new Feed(name + ": random", drawn));
    if (feeds.size() == 1) {
      masked(drawn, uses, arena)
          .ifPresent(inputs -> feeds.add(new Feed(name + ": masked", inputs)));
    }
    return feeds;
  }

  /** Returns the inputs with the last quarter of each row masked; empty if there is no mask. */
  private static Optional<Map<String, Feed.Value>> masked(
      Map<String, Feed.Value> drawn, Map<String, InputUse> uses, Arena arena) {
    Map<String, Feed.Value> inputs = new LinkedHashMap<>(drawn);
    drawn.forEach((name, value) -> {
      Shape shape = value.spec().shape();
      long row = shape.rank() == 0 ? 1 : shape.dimension(shape.rank() - 1);
      if (isMask(value.spec(), uses) && row > 1) {
        MemorySegment data = OffHeap.allocate(arena, value.spec());
        data.copyFrom(value.data());
        long bytes = value.spec().type().byteSize(1);
        long left = row - Math.max(1, row / 4);
        for (long end = row; end <= shape.elements(); end += row) {
          data.asSlice((end - row + left) * bytes, (row - left) * bytes).fill((byte) 0);
        }
        inputs.put(name, new Feed.Value(value.spec(), data));
      }
    });
    return inputs.equals(drawn) ? Optional.empty() : Optional.of(inputs);
  }

  private static boolean isMask(TensorSpec input, Map<String, InputUse> uses) {
    return input.quantization().isEmpty()
        && !input.type().isFloating()
        && input.type().bits() >= Byte.SIZE
        && (uses.get(input.name()) instanceof InputUse.Mask || input.name().contains("mask"));
  }

  /** Returns the caller's arrays; what is not among them is made up. */
  private Feed given(String name, GraphSpec graph, Map<String, Feed.Value> drawn, Arena arena) {
    Map<String, Feed.Value> inputs = new LinkedHashMap<>(drawn);
    for (TensorSpec input : graph.inputs()) {
      Path file = given.get(input.name());
      if (file == null) {
        continue;
      }
      Npy array = Npy.read(file, arena);
      Shape wanted = Objects.requireNonNull(drawn.get(input.name())).spec().shape();
      if (!wanted.equals(array.shape())) {
        throw new BadInputException(
            file + " does not fit input " + input.name() + " of " + name,
            "it is of shape " + array.shape() + " and the input of " + wanted,
            "Give an array of that shape.");
      }
      TensorSpec spec = new TensorSpec(input.name(), array.type(), array.shape());
      inputs.put(input.name(), new Feed.Value(spec, array.data()));
    }
    return new Feed(name + ": given", inputs);
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
              switch (TextInput.of(declared.name()).orElseThrow()) {
                case IDS -> encoding.ids()[token];
                case MASK -> 1;
                case TYPES -> encoding.typeId(token);
                case POSITIONS -> token;
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
    Optional<String> named = folder.description().output().name();
    return List.of(
        new Derived(
            "(pooled)",
            (inputs, outputs) -> pooled(pooling, inputs, tokenVectors(named, outputs))));
  }

  /** Returns the output that the description names, else the first that has a vector a token. */
  private Feed.Value tokenVectors(Optional<String> named, Map<String, Feed.Value> outputs) {
    return outputs.entrySet().stream()
        .filter(output ->
            named
                .map(output.getKey()::equals)
                .orElseGet(() -> output.getValue().spec().shape().rank() == 3))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(() ->
            new BadModelException(
                folder.name() + " is described as a model whose token vectors are pooled",
                "its outputs " + String.join(", ", outputs.keySet()) + " have none",
                "Name the output, or describe the model without pooling."));
  }

  private static float[] pooled(
      Pooling pooling, Map<String, Feed.Value> inputs, Feed.Value hidden) {
    Optional<Feed.Value> mask =
        inputs.entrySet().stream()
            .filter(input -> TextInput.MASK.isNamed(input.getKey()))
            .map(Map.Entry::getValue)
            .filter(value -> value.spec().type() == ElementType.INT64)
            .findFirst();
    Shape shape = hidden.spec().shape();
    int dimensions = Math.toIntExact(shape.dimension(shape.rank() - 1));
    float[] vector = new float[dimensions];
    if (mask.isEmpty()) {
      int tokens = Math.toIntExact(shape.elements() / dimensions);
      pooling.pool(hidden.data(), hidden.spec().type(), tokens, dimensions, vector, 0);
    } else {
      pooling.pool(hidden.data(), hidden.spec().type(), mask.get().data(), dimensions, vector, 0);
    }
    return vector;
  }
}
