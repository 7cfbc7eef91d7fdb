package io.github.npu4j.text;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.family.bert.GraphPreparation;
import io.github.npu4j.internal.concurrent.Ahead;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.FileState;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An embedding model and its tokenizer, opened together.
 *
 * @param name what the model is called in reports
 * @param model the model; owned
 * @param encoder holds the tokenizer; owned
 * @param runner runs the model
 * @param sideBySide runs many texts; owned
 * @param dimensions the length of a vector
 */
record OpenedTextModel(
    String name,
    Model model,
    TextEncoder encoder,
    TextRunner runner,
    SideBySide sideBySide,
    int dimensions)
    implements AutoCloseable {

  /** Where neither description nor tokenizer says how long a text may be: BERT's length. */
  private static final int USUAL_MAXIMUM = 512;

  /**
   * Opens both at the same time, or neither.
   *
   * @throws BadModelException if it is not an embedding model
   */
  static OpenedTextModel open(String name, ModelFolder folder, OpenOptions options) {
    ModelDescription description = folder.description();
    if (description.kind() == ModelDescription.Kind.SEQ2SEQ) {
      throw new BadModelException(
          folder.path() + " can't embed texts",
          "it turns texts into texts",
          "npu4j generate, or Seq2Seq in Java, answers with it.");
    }
    Pooling pooling = pooling(folder, description);
    Path file = folder.requireTokenizer();
    Ahead<Tokenizer> tokenizer =
        Ahead.start("npu4j-tokenizer", () -> Tokenizer.open(file, Cache.standard().root()));
    try {
      Model model = open(folder, options);
      try {
        return of(name, folder, options, pooling, model, tokenizer.get());
      } catch (RuntimeException e) {
        model.close();
        throw e;
      }
    } catch (RuntimeException e) {
      tokenizer.get().close(); // or throws why it could not be opened, which is said first
      throw e;
    }
  }

  private static OpenedTextModel of(
      String name,
      ModelFolder folder,
      OpenOptions options,
      Pooling pooling,
      Model model,
      Tokenizer tokenizer) {
    ModelDescription description = folder.description();
    List<TextGraph> graphs =
        model.graphs().stream().map(graph -> TextGraph.of(model.graph(graph))).toList();
    int dimensions = dimensions(model, graphs.getFirst());
    BindingPool pool = new BindingPool(model, graphs, dimensions);
    int maximum = Math.min(maximum(description, tokenizer), pool.longest());
    if (maximum < tokenizer.specialTokens()) {
      throw new BadModelException(
          folder.path() + " can't embed texts",
          "it takes " + maximum + " tokens, which the special tokens alone exceed",
          "Compile it for longer texts.");
    }
    return new OpenedTextModel(
        name,
        model,
        new TextEncoder(tokenizer, description, maximum),
        new TextRunner(pool, pooling, description.normalized()),
        new SideBySide(
            threads(model, pool, options),
            again(folder, options),
            again ->
                new TextRunner(
                    new BindingPool(again, graphs, dimensions), pooling, description.normalized())),
        dimensions);
  }

  private static Model open(ModelFolder folder, OpenOptions options) {
    return Models.open(
        folder.path(),
        options,
        (onnx, opener) -> GraphPreparation.open(onnx, Cache.standard(), opener));
  }

  /** Returns what opens the same file once more, for one thread. */
  private static Supplier<Model> again(ModelFolder folder, OpenOptions options) {
    Optional<FileState> before = state(folder);
    OpenOptions alone = options.withDevice(Device.CPU).withEngine(EngineKind.ORT).withThreads(1);
    return () -> {
      Model model = open(folder, alone);
      if (!state(folder).equals(before)) {
        model.close();
        throw new BadModelException(
            folder.path() + " is not opened again", "it has changed since it was opened", "");
      }
      return model;
    };
  }

  private static Optional<FileState> state(ModelFolder folder) {
    if (folder.onnx().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(FileState.of(folder.onnx().get()));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Returns how many threads are to run batches side by side: one each where cores do the work. */
  private static int threads(Model model, BindingPool pool, OpenOptions options) {
    boolean onCores =
        model.placement().device() == Device.CPU
            && model.placement().engine() == EngineKind.ORT
            && options.epLibrary().isEmpty();
    if (!onCores || !pool.takesBatches()) {
      return 1;
    }
    return options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors();
  }

  private static Pooling pooling(ModelFolder folder, ModelDescription description) {
    String pooling = description.pooling();
    if (pooling == null) {
      return Pooling.MEAN;
    }
    try {
      return Pooling.valueOf(pooling.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new BadModelException(
          folder.path() + " has an unknown pooling",
          "\"" + pooling + "\"",
          "mean, cls and last_token are known.",
          e);
    }
  }

  private static int maximum(ModelDescription description, Tokenizer tokenizer) {
    return description.maximumLength() > 0
        ? description.maximumLength()
        : tokenizer.declaredMaximum().orElse(USUAL_MAXIMUM);
  }

  /** Reads the length of a vector from the graph or, where it is left open, from a run. */
  private static int dimensions(Model model, TextGraph graph) {
    Shape shape = graph.output().shape();
    if (shape.dimension(shape.rank() - 1) == Shape.DYNAMIC) {
      int length = (int) Math.max(1, graph.length());
      try (Binding binding = model.bind(graph.name(), graph.inputShapes(1, length))) {
        binding.run();
        shape = binding.outputSpec(graph.output().name()).shape();
      }
    }
    return Math.toIntExact(shape.dimension(shape.rank() - 1));
  }

  @Override
  public void close() {
    try {
      sideBySide.close();
    } finally {
      closeMain();
    }
  }

  private void closeMain() {
    try {
      model.close();
    } finally {
      encoder.tokenizer().close();
    }
  }
}
