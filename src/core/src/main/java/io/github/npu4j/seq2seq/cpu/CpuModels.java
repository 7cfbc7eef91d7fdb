package io.github.npu4j.seq2seq.cpu;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.CpuRewrite;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.family.Seq2SeqFolder;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.search.Decoder;
import io.github.npu4j.seq2seq.search.DecoderSource;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The ONNX models of the CPU form, opened together: the three that Optimum has too, or in the place
 * of the last of them, where the export wrote it, the step that makes shortlists, and the output
 * layer for where these do not suffice.
 */
public final class CpuModels implements DecoderSource {

  /**
   * Whether the threads of a session wait for its next run at full speed. Those of the graphs that
   * run once a text would take the cores from the steps that follow.
   */
  private static final String SPINNING = "session.intra_op.allow_spinning";

  /** No place is reserved, but an answer has to end some time. */
  private static final int PLACES = 4096;

  private final Model encoder;
  private final Model first;
  private final CpuStep step;
  private final CpuGraphs graphs;
  private final int start;

  private CpuModels(Model encoder, Model first, CpuStep step, int start) {
    this.encoder = encoder;
    this.first = first;
    this.step = step;
    this.start = start;
    this.graphs = CpuGraphs.of(only(encoder), only(first), only(step.model()));
  }

  private static GraphSpec only(Model model) {
    return model.graph(model.graphs().getFirst());
  }

  /**
   * Opens the models of a folder, at the same time.
   *
   * @param start the decoder's start token
   * @throws ModelMissingException if one is not there
   */
  public static CpuModels open(Path folder, OpenOptions options, int start) {
    for (String name :
        List.of(Seq2SeqFolder.ENCODER, Seq2SeqFolder.DECODER, Seq2SeqFolder.DECODER_WITH_PAST)) {
      if (!Files.isRegularFile(folder.resolve(name))) {
        throw new ModelMissingException(
            folder + " can't generate text on the CPU",
            "there is no " + name,
            "Export the checkpoint with npu4j export.");
      }
    }
    OpenOptions withOrt =
        options.device() == Device.GPU ? options : options.withEngine(EngineKind.ORT);
    OpenOptions once =
        withOrt.sessionConfig().containsKey(SPINNING)
            ? withOrt
            : withOrt.withSessionConfig(SPINNING, "0");
    List<CompletableFuture<Model>> opening = new ArrayList<>();
    for (String name : List.of(Seq2SeqFolder.ENCODER, Seq2SeqFolder.DECODER)) {
      opening.add(
          CompletableFuture.supplyAsync(
              () -> Models.open(folder.resolve(name), once, CpuRewrite.AS_IS),
              CpuModels::onThread));
    }
    List<CpuStep> open = new ArrayList<>();
    try {
      CpuStep step = CpuStep.open(folder, withOrt, once);
      open.add(step);
      Model encoder = opening.get(0).join();
      Model first = opening.get(1).join();
      return new CpuModels(encoder, first, step, start);
    } catch (RuntimeException failed) {
      open.forEach(CpuStep::close);
      opening.forEach(model -> closeWhenOpen(model));
      throw failed instanceof CompletionException
              && failed.getCause() instanceof RuntimeException cause
          ? cause
          : failed;
    }
  }

  private static void closeWhenOpen(CompletableFuture<Model> opening) {
    var _ = opening.thenAccept(Model::close);
  }

  private static void onThread(Runnable work) {
    Thread.ofPlatform().daemon().name("npu4j-open").start(work);
  }

  CpuGraphs graphs() {
    return graphs;
  }

  /** Returns how many tokens a shortlist names for each row; 0 if the model has no shortlists. */
  public int listedTokens() {
    return graphs.listed();
  }

  /** Returns the decoder's start token. */
  int start() {
    return start;
  }

  @Override
  public Placement placement() {
    return step.model().placement();
  }

  @Override
  public int maxInputTokens() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int maxNewTokens() {
    return PLACES;
  }

  @Override
  public int vocabulary() {
    return graphs.vocabulary();
  }

  @Override
  public int mostTexts() {
    return CpuDecoder.MOST_TEXTS;
  }

  @Override
  public int bucket(int textTokens) {
    return 0;
  }

  @Override
  public Decoder newDecoder(int bucket) {
    return new CpuDecoder(this);
  }

  Binding bindEncoder() {
    return bind(encoder);
  }

  Binding bindFirst() {
    return bind(first);
  }

  Binding bindStep() {
    return bind(step.model());
  }

  /** Returns a binding of the output layer, or {@code null} if a step computes all scores. */
  @Nullable Binding bindOutputLayer() {
    return step.outputLayer() == null ? null : bind(step.outputLayer());
  }

  /** Binds the smallest shapes; the decoder binds the real ones with its memory. */
  private static Binding bind(Model model) {
    GraphSpec graph = only(model);
    Map<String, Shape> shapes = new HashMap<>();
    for (TensorSpec input : graph.inputs()) {
      long[] dimensions = input.shape().toArray();
      for (int axis = 0; axis < dimensions.length; axis++) {
        dimensions[axis] = dimensions[axis] == Shape.DYNAMIC ? 1 : dimensions[axis];
      }
      shapes.put(input.name(), Shape.of(dimensions));
    }
    return model.bind(graph.name(), shapes);
  }

  @Override
  public void close() {
    encoder.close();
    first.close();
    step.close();
  }
}
