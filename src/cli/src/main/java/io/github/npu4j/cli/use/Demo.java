package io.github.npu4j.cli.use;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.artifact.ModelFolderWriter;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ProgressBars;
import io.github.npu4j.compile.CompileRequest;
import io.github.npu4j.compile.CompiledContext;
import io.github.npu4j.compile.Compiler;
import io.github.npu4j.engine.LoadReport;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.numeric.Similarity;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.runtime.RuntimeInstaller;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.files.FileTree;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.EmbedderOptions;
import io.github.npu4j.text.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The way of a model from ONNX to answers out of a context binary, each step timed. */
final class Demo {

  static final String MODEL = "minilm";

  /** One bucket that holds every text below; the emulator's time grows with it. */
  static final int TOKENS = 32;

  /** What the fp16 context binary must reach against the CPU in fp32. */
  static final double COSINE_NEEDED = 0.9999;

  static final String QUESTION = "How do I get back into my account?";

  static final List<String> SENTENCES =
      List.of(
          "The cafeteria opens at eight in the morning.",
          "If you forgot your password, reset it on the sign-in page.",
          "Snapdragon laptops have a Hexagon processor for neural networks.");

  private final NativeRuntime runtime;
  private final ModelCatalog catalog;
  private final Soc soc;
  private final Console console;

  Demo(Cache cache, Soc soc, Console console) {
    this.runtime = NativeRuntime.find(Platform.current(), cache);
    this.catalog = new ModelCatalog(cache);
    this.soc = soc;
    this.console = console;
  }

  /**
   * What the demo saw.
   *
   * @param model the model's name
   * @param soc what it was compiled for
   * @param device what ran it
   * @param onnxBytes the size of the ONNX model
   * @param binaryBytes the size of the context binary
   * @param tokens its sequence length
   * @param compile how long compiling took; zero if an earlier compilation was taken
   * @param load the phases of loading the context binary
   * @param execute the median of embedding a text on the device
   * @param cpu the median of embedding a text by ONNX Runtime on the CPU
   * @param parity the worst cosine of a text's embedding on the device with that on the CPU
   * @param question the question
   * @param answers the sentences with their cosine to the question, the nearest first
   */
  record DemoReport(
      String model,
      String soc,
      Device device,
      long onnxBytes,
      long binaryBytes,
      int tokens,
      Duration compile,
      LoadReport load,
      Duration execute,
      Duration cpu,
      double parity,
      String question,
      List<Answer> answers) {}

  /** A sentence and how near to the question it is. */
  record Answer(String sentence, double cosine) {}

  /** Embeddings of the question and then the sentences, and the median time of one. */
  private record Run(List<float[]> vectors, Duration median) {}

  DemoReport run() throws IOException {
    ModelFolder model;
    try (ProgressBars progress = new ProgressBars(console)) {
      say("runtime: Qualcomm's libraries by pip");
      new RuntimeInstaller(runtime.cache()).install(runtime.platform().name(), progress);
      say("model: " + MODEL + " by Maven");
      model = catalog.pull(MODEL, progress);
    }
    say("compile: for " + soc.chip() + ", " + TOKENS + " tokens");
    CompiledContext compiled =
        new Compiler(runtime)
            .compile(CompileRequest.of(model.requireOnnx(), soc, List.of(TOKENS)), (_, _) -> {})
            .getFirst();
    Path folder = Files.createTempDirectory("npu4j-demo");
    try {
      ModelFolder target = folderOf(model, compiled, folder);
      return measure(model, compiled, target);
    } finally {
      FileTree.delete(folder);
    }
  }

  private DemoReport measure(ModelFolder model, CompiledContext compiled, ModelFolder target)
      throws IOException {
    Device device = runtime.platform().emulatesHtp() ? Device.EMULATOR : Device.NPU;
    say("load: straight into HTP" + (device == Device.EMULATOR ? ", the emulator" : ""));
    LoadReport load = load(target, device);
    say("embed: a question and three sentences");
    Run onDevice = embed(target, device);
    say("embed: the same by ONNX Runtime on the CPU");
    Run onCpu = embed(target, Device.CPU);
    return new DemoReport(
        MODEL,
        soc.name(),
        device,
        Files.size(model.requireOnnx()),
        Files.size(compiled.binary()),
        TOKENS,
        compiled.took(),
        load,
        onDevice.median,
        onCpu.median,
        worstCosine(onDevice.vectors, onCpu.vectors),
        QUESTION,
        answers(onDevice.vectors));
  }

  private static ModelFolder folderOf(ModelFolder model, CompiledContext compiled, Path folder)
      throws IOException {
    ModelFolderWriter writer =
        ModelFolder.write(folder)
            .description(model.description())
            .onnx(model.requireOnnx())
            .tokenizer(model.requireTokenizer());
    compiled.copyTo(writer);
    return ModelFolder.open(folder);
  }

  private static LoadReport load(ModelFolder target, Device device) {
    try (Model model = Models.open(target.path(), OpenOptions.on(device))) {
      for (String graph : model.graphs()) {
        model.bind(graph).close();
      }
      return model.loadReport();
    }
  }

  private static Run embed(ModelFolder target, Device device) {
    List<String> texts = new ArrayList<>(List.of(QUESTION));
    texts.addAll(SENTENCES);
    List<float[]> vectors = new ArrayList<>();
    long[] nanos = new long[texts.size()];
    try (Embedder embedder = Embedder.open(target, EmbedderOptions.defaults().withDevice(device))) {
      for (int i = 0; i < nanos.length; i++) {
        long start = System.nanoTime();
        vectors.add(embedder.embedding(texts.get(i), i == 0 ? Role.QUERY : Role.PASSAGE).vector());
        nanos[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    return new Run(vectors, Duration.ofNanos(nanos[nanos.length / 2]));
  }

  private static double worstCosine(List<float[]> one, List<float[]> other) {
    double worst = 1;
    for (int i = 0; i < one.size(); i++) {
      worst = Math.min(worst, Similarity.cosine(one.get(i), other.get(i)));
    }
    return worst;
  }

  private static List<Answer> answers(List<float[]> vectors) {
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < SENTENCES.size(); i++) {
      answers.add(
          new Answer(SENTENCES.get(i), Similarity.cosine(vectors.getFirst(), vectors.get(i + 1))));
    }
    answers.sort(Comparator.comparingDouble(Answer::cosine).reversed());
    return List.copyOf(answers);
  }

  private void say(String step) {
    console.notices().println("npu4j: " + step);
  }
}
