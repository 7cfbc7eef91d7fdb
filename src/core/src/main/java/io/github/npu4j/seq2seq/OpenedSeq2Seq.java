package io.github.npu4j.seq2seq;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.PassedOver;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.execution.PlacementSearch;
import io.github.npu4j.engine.execution.PlacementSearch.Candidate;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.family.Seq2SeqFolder;
import io.github.npu4j.family.registry.Families;
import io.github.npu4j.internal.access.NativeAccess;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.cpu.CpuModels;
import io.github.npu4j.seq2seq.htp.HtpModels;
import io.github.npu4j.seq2seq.search.DecoderSource;
import io.github.npu4j.tokenizer.Tokenizer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A model that turns texts into texts, its tokenizer and its settings, opened together.
 *
 * @param source the model; owned
 * @param tokenizer the tokenizer; owned
 * @param config the special tokens and default options
 * @param placement where the model runs, and what was passed over
 * @param maxInputTokens the most tokens that are read of a text
 */
record OpenedSeq2Seq(
    DecoderSource source,
    Tokenizer tokenizer,
    GenerationConfig config,
    Placement placement,
    int maxInputTokens)
    implements AutoCloseable {

  private static final Logger LOGGER = System.getLogger("io.github.npu4j.seq2seq");

  /** The files a tokenizer may be in, the one that is used of several first. */
  private static final List<String> TOKENIZERS =
      List.of(ModelFolder.TOKENIZER, Seq2SeqFolder.SENTENCE_PIECE, Seq2SeqFolder.TOKENIZER_CONFIG);

  /**
   * Opens all of it, or nothing.
   *
   * @throws ModelMissingException if there is no such folder, or part of it is missing
   * @throws BadModelException if it is no such model
   */
  static OpenedSeq2Seq open(Path folder, OpenOptions unverified) {
    if (!Files.isDirectory(folder)) {
      throw new ModelMissingException(
          "there is no model folder " + folder,
          "",
          "Make one from a checkpoint with npu4j export.");
    }
    OpenOptions options = unverified.verified(folder);
    NativeAccess.require(); // else the NPU and the CPU would be passed over for the same reason
    Path full = Families.seq2SeqLayout(folder).full(folder);
    ModelDescription description = description(folder);
    GenerationConfig config = GenerationConfig.read(full).within(description);
    if (!config.notDone().isEmpty()) {
      LOGGER.log(
          Level.WARNING,
          "{0} sets {1}, which npu4j does not do: answers are those without",
          full.resolve(Seq2SeqFolder.GENERATION_CONFIG),
          String.join(", ", config.notDone()));
    }
    CompletableFuture<Tokenizer> opening =
        CompletableFuture.supplyAsync(
            () -> Tokenizer.open(tokenizerFile(folder, full, description)),
            work -> Thread.ofPlatform().daemon().name("npu4j-open").start(work));
    Chosen chosen;
    try {
      chosen = Chosen.open(folder, full, options, config);
    } catch (RuntimeException failed) {
      var _ = opening.thenAccept(Tokenizer::close);
      throw failed;
    }
    try {
      int longest = description.maximumLength().orElse(Integer.MAX_VALUE);
      return new OpenedSeq2Seq(
          chosen.source(),
          opening.join(),
          config,
          chosen.placement(),
          Math.min(longest, chosen.source().maxInputTokens()));
    } catch (CompletionException failed) {
      chosen.source().close();
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  private static ModelDescription description(Path folder) {
    return Files.isRegularFile(folder.resolve(ModelFolder.DESCRIPTION))
        ? ModelFolder.open(folder).description()
        : ModelDescription.unknown();
  }

  private static Path tokenizerFile(Path folder, Path full, ModelDescription description) {
    String named = description.settings().getOrDefault(ModelDescription.TOKENIZER, "");
    List<String> names = TOKENIZERS.contains(named) ? List.of(named) : TOKENIZERS;
    for (String name : names) {
      for (Path place : List.of(folder.resolve(Seq2SeqFolder.TOKENIZER), folder, full)) {
        if (Files.isRegularFile(place.resolve(name))) {
          return place.resolve(name);
        }
      }
    }
    throw new ModelMissingException(
        folder + " can't take text",
        "it has no " + Seq2SeqFolder.TOKENIZER + "/" + names.getFirst(),
        "Copy the checkpoint's tokenizer there, or export it again.");
  }

  /** A form of the model, and why it was chosen. */
  private record Chosen(DecoderSource source, Placement placement) {

    static Chosen open(Path folder, Path full, OpenOptions options, GenerationConfig config) {
      Candidate<Chosen> htp =
          new Candidate<>(
              Device.NPU,
              EngineKind.DIRECT,
              passedOver ->
                  of(HtpModels.open(folder, on(options, Device.NPU), config.start()), passedOver));
      Candidate<Chosen> cpu =
          new Candidate<>(
              Device.CPU,
              EngineKind.ORT,
              passedOver ->
                  of(CpuModels.open(full, on(options, Device.CPU), config.start()), passedOver));
      return PlacementSearch.firstThatWorks(
          folder.toString(),
          switch (options.device()) {
            case NPU, EMULATOR -> List.of(htp);
            case CPU, GPU -> List.of(cpu);
            case AUTO -> List.of(htp, cpu);
          });
    }

    /** Returns the options with the device that AUTO stands for. */
    private static OpenOptions on(OpenOptions options, Device device) {
      return options.device() == Device.AUTO ? options.withDevice(device) : options;
    }

    private static Chosen of(DecoderSource source, List<PassedOver> passedOver) {
      Placement here = source.placement();
      return new Chosen(source, passedOver.isEmpty() ? here : here.withPassedOver(passedOver));
    }
  }

  @Override
  public void close() {
    try {
      source.close();
    } finally {
      tokenizer.close();
    }
  }
}
