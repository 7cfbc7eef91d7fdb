package io.github.npu4j.family.t5;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.family.CheckpointConfig;
import io.github.npu4j.family.ExportRequest;
import io.github.npu4j.family.ExportedModel;
import io.github.npu4j.family.ModelFamily;
import io.github.npu4j.family.Seq2SeqFolder;
import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.store.JsonObject;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tokenizer.sentencepiece.SentencePieceModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes a model folder of a T5 checkpoint folder: the graphs, the tokenizer, and what is to be
 * known of them, as {@link Seq2SeqFolder} says where.
 */
final class T5FolderExport {

  private static final String BYTES = "ByT5Tokenizer";
  private static final List<String> TOKENIZER_FILES =
      List.of(
          ModelFolder.TOKENIZER,
          Seq2SeqFolder.TOKENIZER_CONFIG,
          Seq2SeqFolder.SENTENCE_PIECE,
          "special_tokens_map.json",
          "added_tokens.json");
  private static final long LARGEST_CONFIG = 16 << 20;

  /** The lengths that an encoder for sentences is compiled for if nothing else is said. */
  private static final List<Integer> USUAL_BUCKETS = List.of(32, 64);

  /** The longest answer on an NPU if nothing else is said. */
  private static final int USUAL_LENGTH = 64;

  /** Longer samples tell no more of how large values become. */
  private static final int MOST_SAMPLE_TOKENS = 64;

  private final Path checkpoint;
  private final List<Integer> buckets;
  private final int maximumLength;

  private T5FolderExport(ExportRequest request) {
    this.checkpoint = request.checkpoint();
    this.buckets = request.buckets().isEmpty() ? USUAL_BUCKETS : request.buckets();
    this.maximumLength = request.maximumLength().orElse(USUAL_LENGTH);
  }

  /** Exports a checkpoint, as {@link io.github.npu4j.family.ModelFamily#export} says. */
  static ExportedModel run(ExportRequest request, Progress progress) throws IOException {
    try (T5Checkpoint checkpoint = T5Checkpoint.openFinite(request.checkpoint())) {
      T5FolderExport export = new T5FolderExport(request);
      List<String> notices = new ArrayList<>();
      List<ExportedModel.Written> files =
          ExportedModel.write(
              request, folder -> notices.addAll(export.fill(folder, checkpoint, progress)));
      T5Config config = checkpoint.config();
      return new ExportedModel(
          request.target(),
          config.summary(),
          config.facts(),
          checkpoint.byteSize(),
          files,
          notices);
    }
  }

  /** Writes the folder and returns what its maker should know. */
  private List<String> fill(Path folder, T5Checkpoint opened, Progress progress)
      throws IOException {
    T5Config config = opened.config();
    String tokenizer =
        tokenizer(Files.createDirectory(folder.resolve(Seq2SeqFolder.TOKENIZER)), config);
    Path full = Files.createDirectory(folder.resolve(T5Files.FULL));
    T5Export export = new T5Export(opened);
    export.writeFull(full, progress);
    int tokens = buckets.getLast();
    T5Scaling scaling =
        export.scaling(
            full,
            T5Samples.of(
                folder.resolve(Seq2SeqFolder.TOKENIZER).resolve(tokenizer),
                config,
                Math.min(tokens, MOST_SAMPLE_TOKENS)));
    export.writeStatic(folder, tokens, maximumLength, scaling, progress);
    AtomicFile.copy(checkpoint.resolve(CheckpointConfig.FILE), full.resolve(CheckpointConfig.FILE));
    Path generation = checkpoint.resolve(Seq2SeqFolder.GENERATION_CONFIG);
    if (Files.exists(generation)) {
      AtomicFile.copy(generation, full.resolve(Seq2SeqFolder.GENERATION_CONFIG));
    } else {
      Files.writeString(full.resolve(Seq2SeqFolder.GENERATION_CONFIG), generation(config));
    }
    ModelFolder.write(folder).description(description(config, tokenizer));
    return scaling.notices();
  }

  /**
   * Writes the tokenizer's files.
   *
   * @return the name of the one that the model is to be used with: a tokenizer.json that is made
   *     here is for other programs, for SentencePiece's own file gives its own ids everywhere
   */
  private String tokenizer(Path folder, T5Config config) throws IOException {
    for (String file : TOKENIZER_FILES) {
      Path source = checkpoint.resolve(file);
      if (Files.exists(source)) {
        AtomicFile.copy(source, folder.resolve(file));
      }
    }
    if (Files.exists(folder.resolve(ModelFolder.TOKENIZER))) {
      return ModelFolder.TOKENIZER;
    }
    if (Files.exists(folder.resolve(Seq2SeqFolder.SENTENCE_PIECE))) {
      SentencePieceModel pieces =
          SentencePieceModel.read(folder.resolve(Seq2SeqFolder.SENTENCE_PIECE));
      byte[] json = pieces.tokenizerJson(sentinels(folder, pieces, config));
      Files.write(folder.resolve(ModelFolder.TOKENIZER), json);
      return Seq2SeqFolder.SENTENCE_PIECE;
    }
    if (!readsBytes(folder, config)) {
      throw new BadModelException(
          "the checkpoint can't be used",
          "it has no tokenizer: neither "
              + ModelFolder.TOKENIZER
              + " nor "
              + Seq2SeqFolder.SENTENCE_PIECE,
          "Put the tokenizer's files beside the weights.");
    }
    return Seq2SeqFolder.TOKENIZER_CONFIG;
  }

  private static int sentinels(Path folder, SentencePieceModel pieces, T5Config config)
      throws IOException {
    JsonObject json = tokenizerConfig(folder);
    return json.has("extra_ids")
        ? json.integer("extra_ids", 0, config.vocabulary())
        : pieces.sentinels(config.vocabulary());
  }

  /** Returns whether the tokens are bytes, of which a file then tells. */
  private static boolean readsBytes(Path folder, T5Config config) throws IOException {
    String type = tokenizerConfig(folder).optionalString("tokenizer_class");
    if (BYTES.equals(type)) {
      return true;
    }
    if (type == null && config.tokenizerClass().equals(BYTES)) {
      Files.writeString(
          folder.resolve(Seq2SeqFolder.TOKENIZER_CONFIG),
          "{\"tokenizer_class\": \"" + BYTES + "\"}\n");
      return true;
    }
    return false;
  }

  private static JsonObject tokenizerConfig(Path folder) throws IOException {
    Path file = folder.resolve(Seq2SeqFolder.TOKENIZER_CONFIG);
    boolean there = Files.exists(file) && Files.size(file) <= LARGEST_CONFIG;
    return JsonObject.parse(
        there ? Files.readAllBytes(file) : "{}".getBytes(StandardCharsets.UTF_8),
        Seq2SeqFolder.TOKENIZER_CONFIG,
        "Save or download the tokenizer again.");
  }

  private ModelDescription description(T5Config config, String tokenizer) {
    Map<String, String> settings =
        new TreeMap<>(
            Map.of(
                ModelFamily.SETTING,
                T5Family.NAME,
                Seq2SeqFolder.DECODER_START_SETTING,
                Integer.toString(config.tokens().start()),
                "eos",
                joined(config.tokens().ends()),
                "pad",
                Integer.toString(config.tokens().pad()),
                "layers",
                Integer.toString(config.layers().decoder()),
                "heads",
                Integer.toString(config.attention().heads()),
                "keySize",
                Integer.toString(config.attention().headWidth()),
                Seq2SeqFolder.VOCABULARY_SETTING,
                Integer.toString(config.vocabulary()),
                Seq2SeqFolder.MAXIMUM_LENGTH_SETTING,
                Integer.toString(maximumLength),
                Seq2SeqFolder.BUCKETS_SETTING,
                joined(buckets)));
    settings.put(ModelDescription.TOKENIZER, tokenizer);
    Path name = checkpoint.toAbsolutePath().normalize().getFileName();
    ModelDescription description =
        ModelDescription.of(ModelDescription.Kind.SEQ2SEQ)
            .withFamily(T5Family.NAME)
            .withOrigin(new ModelDescription.Origin("exported from " + name, ""));
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      description = description.withSetting(setting.getKey(), setting.getValue());
    }
    return description;
  }

  private static String joined(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static String generation(T5Config config) {
    return """
    {
      "decoder_start_token_id": %d,
      "eos_token_id": [%s],
      "pad_token_id": %d
    }
    """
        .formatted(config.tokens().start(), joined(config.tokens().ends()), config.tokens().pad());
  }
}
