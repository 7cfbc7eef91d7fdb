package io.github.npu4j.onnx;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A size for every open dimension of a model's inputs, as HTP wants it: HTP compiles static shapes
 * only.
 *
 * <p>A dimension is called by its symbol in the ONNX file ({@code sequence_length}) or by input and
 * axis ({@code input_ids:1}), and by the latter where open dimensions of one input share a symbol
 * that says nothing, as Paddle calls all of them {@code ?}. Of those that the caller gives no size,
 * a batch becomes 1 and a sequence becomes the bucket's number of tokens; they are known by the
 * names that exporters give them, or, where a dimension has no name, by their place in an integer
 * input of two dimensions. Anything else has to be given: a guess would compile a model that nobody
 * asked for.
 */
public final class StaticShapes {

  /** Names that exporters give; single letters are left out, for they may mean anything. */
  private static final Set<String> BATCH = Set.of("batch", "batch_size", "batchsize", "unk_batch");

  private static final Set<String> SEQUENCE =
      Set.of(
          "sequence",
          "sequence_length",
          "sequence_len",
          "seq",
          "seq_len",
          "seq_length",
          "seqlen",
          "max_seq_len",
          "max_sequence_length",
          "num_tokens");

  private static final Set<ElementType> TOKEN_TYPES = Set.of(ElementType.INT64, ElementType.INT32);

  private final Map<String, Long> symbols;
  private final Map<String, ValueInfo> inputs;
  private final Map<String, ValueInfo> outputs;
  private final Map<String, Long> corners;

  private StaticShapes(
      Map<String, Long> symbols,
      Map<String, ValueInfo> inputs,
      Map<String, ValueInfo> outputs,
      Map<String, Long> corners) {
    this.symbols = Map.copyOf(symbols);
    this.inputs = inputs;
    this.outputs = Map.copyOf(outputs);
    this.corners = Map.copyOf(corners);
  }

  /**
   * Finds a size for every open dimension.
   *
   * @param model the model
   * @param tokens the bucket: the size of the sequence dimension; empty if the caller requested
   *     none
   * @param given sizes by the caller, by symbol or by {@code input:axis}
   * @throws BadInputException if a dimension stays open, a given one does not exist, or the model's
   *     sequence has another fixed length than {@code tokens}
   */
  public static StaticShapes of(OnnxModel model, OptionalLong tokens, Map<String, Long> given) {
    given.forEach(StaticShapes::requireSize);
    Resolution resolution = new Resolution(tokens, given);
    Map<String, ValueInfo> fixed = new LinkedHashMap<>();
    for (ValueInfo input : model.graph().requiredInputs()) {
      fixed.put(input.name(), resolution.fix(input));
    }
    resolution.requireComplete(model);
    return new StaticShapes(resolution.symbols(), fixed, Map.of(), Map.of());
  }

  /**
   * Gives a static model other shapes, which its nodes have to be able to follow.
   *
   * @param inputs all inputs as they are to be, in the model's order
   * @param outputs outputs as they are to be
   * @param corners square constants of which only the upper left corner is kept: the length of its
   *     last two axes, by the constant's name
   */
  public static StaticShapes resized(
      List<ValueInfo> inputs, List<ValueInfo> outputs, Map<String, Long> corners) {
    return new StaticShapes(Map.of(), byName(inputs), byName(outputs), corners);
  }

  private static Map<String, ValueInfo> byName(List<ValueInfo> values) {
    Map<String, ValueInfo> named = new LinkedHashMap<>();
    values.forEach(value -> named.put(value.name(), value));
    return named;
  }

  /**
   * Returns whether the model has an open sequence dimension, so that buckets make a difference.
   *
   * @param given sizes by the caller, as {@link #of} takes them
   */
  public static boolean takesTokens(OnnxModel model, Map<String, Long> given) {
    Resolution resolution = new Resolution(OptionalLong.of(1), given);
    model.graph().requiredInputs().forEach(resolution::fix);
    return resolution.tokensUsed;
  }

  /** Returns the size of each symbol that the inputs use. */
  public Map<String, Long> symbols() {
    return symbols;
  }

  /** Returns the inputs with all dimensions fixed, in the model's order. */
  public List<ValueInfo> inputs() {
    return List.copyOf(inputs.values());
  }

  /** Returns the number of tokens these inputs take; empty for a model that takes none. */
  public OptionalLong tokens() {
    return tokens(inputs.values().stream().flatMap(input -> input.spec().stream()).toList());
  }

  /**
   * Returns the number of tokens that a graph with these inputs takes: the second dimension of the
   * first input of plain 32- or 64-bit integers that has two; empty without one.
   */
  public static OptionalLong tokens(List<TensorSpec> inputs) {
    return inputs.stream()
        .filter(input -> input.quantization().isEmpty() && input.shape().rank() == 2)
        .filter(input -> TOKEN_TYPES.contains(input.type()))
        .mapToLong(input -> input.shape().dimension(1))
        .findFirst();
  }

  /**
   * Makes a model static. Its declared shapes change, square constants that are to be smaller are
   * cut, and an IR version that ONNX Runtime 1.29 would refuse is lowered to the newest that it
   * reads; nodes, other weights, operator sets and properties stay.
   *
   * @return the model
   * @throws BadModelException if a constant can't be cut
   */
  public OnnxModel applyTo(OnnxModel model) {
    OnnxGraph graph = model.graph();
    graph.inputs().replaceAll(this::apply);
    graph.outputs().replaceAll(this::apply);
    // With static inputs ONNX Runtime infers what is still open inside.
    graph.valueInfos().removeIf(value -> !value.isStatic());
    corners.forEach((constant, length) ->
        graph
            .initializer(constant)
            .ifPresent(whole -> graph.put(SquareConstant.corner(whole, length))));
    return model.irVersion(Math.min(model.irVersion(), OnnxModel.NEWEST_IR_VERSION));
  }

  /** Returns the value with what is known of its dimensions put in. */
  private ValueInfo apply(ValueInfo value) {
    ValueInfo input = inputs.get(value.name());
    if (input != null) {
      return input;
    }
    ValueInfo output = outputs.get(value.name());
    if (output != null) {
      return output;
    }
    if (value.dimensions() == null) {
      return value;
    }
    List<Dimension> bound =
        value.dimensions().stream()
            .map(d ->
                d instanceof Dimension.Symbol(String name) && symbols.containsKey(name)
                    ? new Dimension.Fixed(symbols.get(name))
                    : d)
            .toList();
    return value.shaped(bound);
  }

  private static boolean isTokenInput(ValueInfo input) {
    return input.type().filter(TOKEN_TYPES::contains).isPresent() && dimensions(input).size() == 2;
  }

  private static List<Dimension> dimensions(ValueInfo value) {
    List<Dimension> dimensions = value.dimensions();
    return dimensions == null ? List.of() : dimensions;
  }

  private static void requireSize(String name, long size) {
    if (size < 1) {
      throw new BadInputException(
          "dimension " + name + " can't have the size " + size, "", "Give a size of 1 or more.");
    }
  }

  /** The search for sizes, with what it could not find. */
  private static final class Resolution {
    private final Map<String, Long> symbols = new LinkedHashMap<>();
    private final Set<String> ambiguous = new HashSet<>();
    private final Set<String> missing = new LinkedHashSet<>();
    private final Set<String> unused;
    private final Map<String, Long> given;
    private final OptionalLong tokens;
    private final List<Long> sequences = new ArrayList<>();
    private boolean tokensUsed;

    Resolution(OptionalLong tokens, Map<String, Long> given) {
      this.tokens = tokens;
      this.given = given;
      this.unused = new TreeSet<>(given.keySet());
    }

    ValueInfo fix(ValueInfo input) {
      if (input.dimensions() == null) {
        throw new BadInputException(
            "can't make the shapes static",
            "input "
                + input.name()
                + (input.typeCode() == 0
                    ? " is no tensor (but a sequence, an optional value or a map)"
                    : " has no rank in the ONNX file"),
            input.typeCode() == 0
                ? "Export the model again with tensors only, or run it as it is on the CPU."
                : "Export the model again with shapes for its inputs.");
      }
      List<Dimension> fixed = new ArrayList<>();
      for (int axis = 0; axis < input.dimensions().size(); axis++) {
        fixed.add(fix(input, axis, input.dimensions().get(axis)));
      }
      if (isTokenInput(input) && fixed.get(1) instanceof Dimension.Fixed(long size)) {
        sequences.add(size);
      }
      return input.shaped(fixed);
    }

    private Dimension fix(ValueInfo input, int axis, Dimension dimension) {
      return switch (dimension) {
        case Dimension.Fixed known -> known;
        case Dimension.Symbol(String name) when isShared(input, name) ->
            fixShared(input, axis, name, dimension);
        case Dimension.Symbol(String name) -> {
          OptionalLong size = given(name, input.name() + ":" + axis);
          if (size.isEmpty()) {
            size = bySymbol(name);
          }
          size.ifPresent(found -> learn(name, found));
          yield orMissing(size, name, dimension);
        }
        case Dimension.Open() -> {
          String place = input.name() + ":" + axis;
          OptionalLong size = take(place);
          yield orMissing(size.isPresent() ? size : byPlace(input, axis), place, dimension);
        }
      };
    }

    /** Fixes a dimension whose symbol other dimensions of the input bear, too. */
    private Dimension fixShared(ValueInfo input, int axis, String name, Dimension open) {
      String place = input.name() + ":" + axis;
      OptionalLong size = given(name, place);
      if (size.isEmpty()) {
        size = isWord(name) ? usual(name) : byPlace(input, axis);
      }
      size.ifPresent(found -> learn(name, found));
      return orMissing(size, place, open);
    }

    /** Returns whether a symbol says nothing of the size that a dimension has. */
    private static boolean isShared(ValueInfo input, String name) {
      return !isWord(name)
          || dimensions(input).stream().filter(new Dimension.Symbol(name)::equals).count() > 1;
    }

    private static boolean isWord(String name) {
      return name.codePoints().anyMatch(Character::isLetter);
    }

    /** Keeps the size of a symbol; one that has two sizes, or is no word, tells nothing. */
    private void learn(String name, long size) {
      Long before = symbols.putIfAbsent(name, size);
      if (!isWord(name) || (before != null && before != size)) {
        ambiguous.add(name);
      }
    }

    /** Returns what the symbols say that stand for one size everywhere. */
    Map<String, Long> symbols() {
      Map<String, Long> known = new LinkedHashMap<>(symbols);
      known.keySet().removeAll(ambiguous);
      return known;
    }

    private OptionalLong given(String name, String place) {
      OptionalLong everywhere = take(name);
      OptionalLong here = take(place);
      return here.isPresent() ? here : everywhere;
    }

    private Dimension orMissing(OptionalLong size, String name, Dimension open) {
      if (size.isPresent()) {
        return new Dimension.Fixed(size.getAsLong());
      }
      missing.add(name);
      return open;
    }

    private OptionalLong take(String name) {
      unused.remove(name);
      Long size = given.get(name);
      return size == null ? OptionalLong.empty() : OptionalLong.of(size);
    }

    private OptionalLong bySymbol(String name) {
      Long known = symbols.get(name);
      return known != null && !ambiguous.contains(name) ? OptionalLong.of(known) : usual(name);
    }

    /** Returns the size of what exporters call by this name. */
    private OptionalLong usual(String name) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (BATCH.contains(lower)) {
        return OptionalLong.of(1);
      }
      return SEQUENCE.contains(lower) ? theTokens() : OptionalLong.empty();
    }

    private OptionalLong byPlace(ValueInfo input, int axis) {
      if (!isTokenInput(input)) {
        return OptionalLong.empty();
      }
      return axis == 0 ? OptionalLong.of(1) : theTokens();
    }

    private OptionalLong theTokens() {
      tokensUsed = true;
      return tokens;
    }

    void requireComplete(OnnxModel model) {
      String declared =
          model.graph().requiredInputs().stream()
              .map(ValueInfo::toString)
              .collect(Collectors.joining("; "));
      if (!unused.isEmpty()) {
        throw new BadInputException(
            "the model has no open dimension named " + String.join(", ", unused),
            "its inputs are " + declared,
            "Name a dimension as it stands there, or as input:axis.");
      }
      if (!missing.isEmpty()) {
        throw new BadInputException(
            "the model's shapes can't be made static",
            "nothing says how large "
                + String.join(", ", missing)
                + " should be; inputs: "
                + declared,
            missing.stream()
                .map(name -> name + "=N")
                .collect(
                    Collectors.joining(
                        ", ",
                        "Give withDimensions(",
                        ") (or withTokens for a sequence of tokens).")));
      }
      if (tokens.isPresent() && !tokensUsed && !sequences.contains(tokens.getAsLong())) {
        throw new BadInputException(
            "the model can't be compiled for " + tokens.getAsLong() + " tokens",
            sequences.isEmpty()
                ? "it has no sequence dimension; its inputs are " + declared
                : "its sequence length is fixed at " + sequences.getFirst(),
            "Leave withTokens out, or export the model with an open sequence length.");
      }
    }
  }
}
