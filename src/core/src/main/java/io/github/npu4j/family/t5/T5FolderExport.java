package io.github.npu4j.family.t5;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.store.JsonObject;
import io.github.npu4j.store.Progress;
import io.github.npu4j.store.WholeFolder;
import io.github.npu4j.tokenizer.SentencePieceModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes a model folder of a T5 checkpoint folder: the graphs, the tokenizer, and what is to be
 * known of them, as {@link Seq2SeqFolder} says where.
 */
public final class T5FolderExport {

  private static final String BYTES = "ByT5Tokenizer";
  private static final List<String> TOKENIZER_FILES =
      List.of(
          ModelFolder.TOKENIZER,
          Seq2SeqFolder.TOKENIZER_CONFIG,
          Seq2SeqFolder.SENTENCE_PIECE,
          "special_tokens_map.json",
          "added_tokens.json");
  private static final long LARGEST_CONFIG = 16 << 20;
  private static final int LONGEST = 4096;

  private final Request request;

  private T5FolderExport(Request request) {
    this.request = request;
  }

  /**
   * What is to be exported, and how.
   *
   * @param checkpoint the folder that {@code save_pretrained} wrote
   * @param target the model folder to make
   * @param existing what to do if it is there and not empty
   * @param buckets the lengths in tokens that the encoder is to be compiled for
   * @param maximumLength the most tokens of an answer on an NPU
   */
  public record Request(
      Path checkpoint,
      Path target,
      WholeFolder.Existing existing,
      List<Integer> buckets,
      int maximumLength) {

    /** The lengths that an encoder for sentences is compiled for if nothing else is said. */
    public static final List<Integer> USUAL_BUCKETS = List.of(32, 64);

    /** The longest answer on an NPU if nothing else is said. */
    public static final int USUAL_LENGTH = 64;

    /**
     * Sorts the buckets.
     *
     * @throws BadInputException if a length is out of range
     */
    public Request {
      buckets = buckets.stream().distinct().sorted().toList();
      List<Integer> lengths = new ArrayList<>(buckets);
      lengths.add(maximumLength);
      for (int length : lengths) {
        if (length < 1 || length > LONGEST) {
          throw new BadInputException(
              "can't export for a length of " + length, "it is from 1 to " + LONGEST, "");
        }
      }
      if (buckets.isEmpty()) {
        throw new BadInputException("can't export for no length at all", "", "");
      }
    }
  }

  /**
   * A file of the new folder.
   *
   * @param file relative to the folder
   * @param bytes its size
   */
  public record Written(Path file, long bytes) {}

  /**
   * What became of a request.
   *
   * @param folder the model folder
   * @param config the architecture
   * @param checkpointBytes the size of the weights that were read
   * @param files what was written
   */
  public record Result(Path folder, T5Config config, long checkpointBytes, List<Written> files) {}

  /**
   * Exports a checkpoint. The folder appears whole or not at all.
   *
   * @param progress hears which file is written and how far it is
   * @throws io.github.npu4j.error.ModelMissingException if there is no checkpoint folder
   * @throws BadModelException if a file of it is missing or damaged, the architecture is not known,
   *     or weights and configuration disagree
   * @throws BadInputException if the target is not empty and must not be replaced
   * @throws IOException if the target can't be written
   */
  public static Result run(Request request, Progress progress) throws IOException {
    try (T5Checkpoint checkpoint = T5Checkpoint.open(request.checkpoint)) {
      requireApart(request);
      T5FolderExport export = new T5FolderExport(request);
      WholeFolder.write(
          request.target,
          request.existing,
          ModelFolder.DESCRIPTION,
          folder -> export.fill(folder, checkpoint, progress));
      return new Result(
          request.target, checkpoint.config(), checkpoint.byteSize(), files(request.target));
    }
  }

  /** Replacing a folder would delete a checkpoint inside. */
  private static void requireApart(Request request) throws IOException {
    Path target = request.target;
    if (Files.exists(target) && request.checkpoint.toRealPath().startsWith(target.toRealPath())) {
      throw new BadInputException(
          "can't export into " + target,
          "the checkpoint is in it",
          "Name a folder beside the checkpoint.");
    }
  }

  private void fill(Path folder, T5Checkpoint checkpoint, Progress progress) throws IOException {
    T5Config config = checkpoint.config();
    String tokenizer =
        tokenizer(Files.createDirectory(folder.resolve(Seq2SeqFolder.TOKENIZER)), config);
    Path full = Files.createDirectory(folder.resolve(Seq2SeqFolder.FULL));
    T5Export export = new T5Export(checkpoint);
    export.writeFull(full, progress);
    export.writeStatic(folder, request.buckets.getLast(), request.maximumLength, progress);
    AtomicFile.copy(request.checkpoint.resolve(T5Config.FILE), full.resolve(T5Config.FILE));
    Path generation = request.checkpoint.resolve(Seq2SeqFolder.GENERATION_CONFIG);
    if (Files.exists(generation)) {
      AtomicFile.copy(generation, full.resolve(Seq2SeqFolder.GENERATION_CONFIG));
    } else {
      Files.writeString(full.resolve(Seq2SeqFolder.GENERATION_CONFIG), generation(config));
    }
    ModelFolder.write(folder).description(description(config, tokenizer));
  }

  /**
   * Writes the tokenizer's files.
   *
   * @return the name of the one that the model is to be used with: a tokenizer.json that is made
   *     here is for other programs, for SentencePiece's own file gives its own ids everywhere
   */
  private String tokenizer(Path folder, T5Config config) throws IOException {
    for (String file : TOKENIZER_FILES) {
      Path source = request.checkpoint.resolve(file);
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
                "architecture",
                "t5",
                Seq2SeqFolder.DECODER_START_SETTING,
                Integer.toString(config.startToken()),
                "eos",
                joined(config.endTokens()),
                "pad",
                Integer.toString(config.padToken()),
                "layers",
                Integer.toString(config.decoderLayers()),
                "heads",
                Integer.toString(config.heads()),
                "keySize",
                Integer.toString(config.headWidth()),
                Seq2SeqFolder.VOCABULARY_SETTING,
                Integer.toString(config.vocabulary()),
                Seq2SeqFolder.MAXIMUM_LENGTH_SETTING,
                Integer.toString(request.maximumLength),
                Seq2SeqFolder.BUCKETS_SETTING,
                joined(request.buckets)));
    settings.put(ModelDescription.TOKENIZER, tokenizer);
    Path name = request.checkpoint.toAbsolutePath().normalize().getFileName();
    ModelDescription description =
        ModelDescription.of(ModelDescription.Kind.SEQ2SEQ)
            .withFamily("t5")
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
        .formatted(config.startToken(), joined(config.endTokens()), config.padToken());
  }

  private static List<Written> files(Path folder) throws IOException {
    try (Stream<Path> inside = Files.walk(folder)) {
      List<Written> files = new ArrayList<>();
      for (Path file : inside.filter(Files::isRegularFile).sorted().toList()) {
        files.add(new Written(folder.relativize(file), Files.size(file)));
      }
      return files;
    }
  }
}
