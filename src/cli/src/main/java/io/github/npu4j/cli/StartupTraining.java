package io.github.npu4j.cli;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Progress;
import io.github.npu4j.store.files.FileState;
import io.github.npu4j.store.files.FileTree;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Does what most starts of the command do, while Java records it for the launcher: embeds a text
 * with a model of six tokens, which it makes, and looks at this machine as {@code doctor} does.
 *
 * <p>Later starts then find their classes loaded, linked and profiled. Needs no network and no
 * model of the catalog.
 */
final class StartupTraining {

  private static final int OPSET = 17;
  private static final int VOCABULARY = 6;
  private static final int DIMENSIONS = 2;

  /** A tokenizer like BERT's, whose parts are those of the catalog's models. */
  private static final String TOKENIZER =
      """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [
        {"id": 0, "content": "[PAD]", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true},
        {"id": 1, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true},
        {"id": 2, "content": "[CLS]", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true},
        {"id": 3, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true}],
       "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
        "strip_accents": null, "lowercase": true},
       "pre_tokenizer": {"type": "BertPreTokenizer"},
       "post_processor": {"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
         {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
        "pair": [],
        "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
         "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
       "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
        "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "hello": 4, "world": 5}}}
      """;

  private StartupTraining() {}

  /**
   * Runs the commands; their results and complaints go where the process's do.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("npu4j-training");
    int code;
    try {
      writeModel(folder);
      Console console = Console.besideNativeLibraries();
      code = Main.run(console, "embed", "--model", folder.toString(), "hello world");
      Main.run(console, "embed", "--json", "--model", folder.toString(), "hello world");
      Main.run(console, "doctor", "--json");
      console.results().flush();
      forget(folder);
    } finally {
      FileTree.delete(folder);
    }
    System.exit(code);
  }

  /** Writes a model folder whose hidden states are looked up in a table. */
  static void writeModel(Path folder) throws IOException {
    GraphBuilder graph = new GraphBuilder("training", OPSET);
    Value ids = graph.input("input_ids", ElementType.INT64, "batch", "length");
    Value mask = graph.input("attention_mask", ElementType.INT64, "batch", "length");
    Value types = graph.input("token_type_ids", ElementType.INT64, "batch", "length");
    float[] table = new float[VOCABULARY * DIMENSIONS];
    for (int i = 0; i < table.length; i++) {
      table[i] = i + 1;
    }
    Value first = graph.op("Add", ids, graph.op("Sub", types, types));
    Value token = graph.op("Mul", first, mask);
    Value states =
        graph.op("Gather", graph.numbers(table, Shape.of(VOCABULARY, DIMENSIONS)), token);
    graph.output(
        "last_hidden_state", states, ElementType.FLOAT32, "batch", "length", (long) DIMENSIONS);
    graph.write(folder.resolve(ModelFolder.ONNX), Progress.NONE);
    Files.writeString(folder.resolve(ModelFolder.TOKENIZER), TOKENIZER);
    ModelFolder.write(folder)
        .description(
            ModelDescription.embedding(Pooling.MEAN, true)
                .withMaximumLength(16)
                .withOrigin(
                    new ModelDescription.Origin("made for the start of npu4j", "Apache-2.0")));
  }

  /** Takes back what opening the model left in the cache, and what no later start would find. */
  private static void forget(Path folder) throws IOException {
    Cache cache = Cache.standard();
    String state = FileState.of(folder.resolve(ModelFolder.ONNX).toRealPath()).state();
    for (Cache.Entry entry : cache.list(Cache.Section.COMPILED)) {
      if (entry.name().endsWith(state)) {
        cache.remove(Cache.Section.COMPILED, entry.name());
      }
    }
  }
}
