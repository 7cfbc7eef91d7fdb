package io.github.npu4j.text;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.family.registry.GraphPreparation;
import io.github.npu4j.internal.concurrent.BackgroundTask;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.files.FileState;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * An encoder and its tokenizer, opened together. What is made of the encoder's output is the
 * business of an {@link EncoderHead}.
 *
 * @param name what the model is called in reports
 * @param folder where it lies
 * @param options how it was opened
 * @param model the model; owned
 * @param encoder holds the tokenizer; owned
 * @param graphs the graphs of the model
 * @param pool bindings of the model
 * @param width the length of a row of the output
 * @param lengthIsKnown whether anything says how many tokens a text may have
 * @param dynamicallyQuantized whether what else is in a batch changes a text's output
 */
record EncoderSession(
    String name,
    ModelFolder folder,
    OpenOptions options,
    Model model,
    TextEncoder encoder,
    List<TextGraph> graphs,
    BindingPool pool,
    int width,
    boolean lengthIsKnown,
    boolean dynamicallyQuantized)
    implements AutoCloseable {

  /**
   * Opens both at the same time, or neither.
   *
   * @param description what is known of the model
   * @param output chooses which output of a graph is used
   * @throws BadModelException if it is no encoder of texts
   */
  static EncoderSession open(
      String name,
      ModelFolder folder,
      ModelDescription description,
      Function<List<TensorSpec>, TensorSpec> output,
      OpenOptions options) {
    Path file = folder.requireTokenizer();
    BackgroundTask<Boolean> quantized =
        BackgroundTask.start("npu4j-operators", () -> DynamicQuantization.isIn(folder));
    BackgroundTask<Tokenizer> tokenizer =
        BackgroundTask.start("npu4j-tokenizer", () -> Tokenizer.open(file));
    try {
      Model model = open(folder, options);
      try {
        List<TextGraph> graphs =
            model.graphs().stream().map(graph -> TextGraph.of(model.graph(graph), output)).toList();
        return of(
            name, folder, description, options, model, graphs, tokenizer.get(), quantized.get());
      } catch (RuntimeException e) {
        model.close();
        throw e;
      }
    } catch (RuntimeException e) {
      tokenizer.get().close(); // or throws why it could not be opened, which is said first
      throw e;
    }
  }

  private static EncoderSession of(
      String name,
      ModelFolder folder,
      ModelDescription description,
      OpenOptions options,
      Model model,
      List<TextGraph> graphs,
      Tokenizer tokenizer,
      boolean quantized) {
    int width = width(model, graphs.getFirst());
    BindingPool pool = new BindingPool(model, graphs, width);
    OptionalInt said = maximum(folder, description, tokenizer);
    int maximum = Math.min(said.orElse(Integer.MAX_VALUE), pool.maxInputTokens());
    if (maximum < tokenizer.specialTokens()) {
      throw new BadModelException(
          folder.path() + " can't read texts",
          "it takes " + maximum + " tokens, which the special tokens alone exceed",
          "Compile it for longer texts.");
    }
    TextEncoder encoder = new TextEncoder(tokenizer, description.prefixes(), maximum);
    return new EncoderSession(
        name,
        folder,
        options,
        model,
        encoder,
        graphs,
        pool,
        width,
        maximum < Integer.MAX_VALUE,
        quantized);
  }

  private static Model open(ModelFolder folder, OpenOptions options) {
    return Models.open(
        folder.path(),
        options,
        (onnx, opener) -> GraphPreparation.open(onnx, Cache.standard(), opener));
  }

  /** Returns the output that is used, as the first graph has it. */
  TensorSpec output() {
    return graphs.getFirst().output();
  }

  /** Returns what runs the model for this session, with a head on it. */
  TextRunner runner(EncoderHead head, EmbedderCounters counters) {
    return new TextRunner(name, pool, head, counters);
  }

  /** Returns the same model for many texts at once, to be opened when it is first wanted. */
  PerThreadModel perThread(EncoderHead head, EmbedderCounters counters) {
    Optional<FileState> before = state(folder);
    OpenOptions alone = options.withDevice(Device.CPU).withEngine(EngineKind.ORT).withThreads(1);
    return new PerThreadModel(
        threads(model, pool, options),
        () -> {
          Model again = open(folder, alone);
          if (!state(folder).equals(before)) {
            again.close();
            throw new BadModelException(
                folder.path() + " is not opened again", "it has changed since it was opened", "");
          }
          return again;
        },
        again -> new TextRunner(name, new BindingPool(again, graphs, width), head, counters));
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

  /** Returns what says how many tokens a text may have: a description, the graph, a tokenizer. */
  private static OptionalInt maximum(
      ModelFolder folder, ModelDescription description, Tokenizer tokenizer) {
    if (description.maximumLength().isPresent()) {
      return description.maximumLength();
    }
    OptionalInt positions = PositionTable.rows(folder);
    return positions.isPresent() ? positions : tokenizer.declaredMaximum();
  }

  /**
   * Reads the length of a row of the output from the graph or, where it is left open, from a run.
   */
  private static int width(Model model, TextGraph graph) {
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
      model.close();
    } finally {
      encoder.tokenizer().close();
    }
  }
}
