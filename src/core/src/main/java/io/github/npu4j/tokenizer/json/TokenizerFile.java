package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.pipeline.Decoder;
import io.github.npu4j.tokenizer.pipeline.Model;
import io.github.npu4j.tokenizer.pipeline.Normalizer;
import io.github.npu4j.tokenizer.pipeline.Pipeline;
import io.github.npu4j.tokenizer.pipeline.PreTokenizer;
import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import io.github.npu4j.tokenizer.postprocess.PostProcessing;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tokenizer.json}.
 *
 * @param pipeline how it makes tokens
 * @param processing what it puts around them
 * @param declaredMaximum where it says that texts are cut off, if it does
 * @param outline its parts but for the model, as objects of JSON
 * @param modelType the type of its model
 * @param hasByteFallback whether its model writes what it does not know as bytes
 */
public record TokenizerFile(
    Pipeline pipeline,
    PostProcessing processing,
    OptionalInt declaredMaximum,
    Map<String, @Nullable Object> outline,
    String modelType,
    boolean hasByteFallback) {

  private static final Set<String> PARTS =
      Set.of(
          "truncation",
          "added_tokens",
          "normalizer",
          "pre_tokenizer",
          "post_processor",
          "decoder",
          "version");

  /**
   * Reads a file.
   *
   * @param bytes its content
   * @throws TokenizerDefect if it is none, or one that can't be used
   */
  public static TokenizerFile read(byte[] bytes) {
    JsonReader json = new JsonReader(bytes);
    if (bytes.length == 0 || !json.isObject()) {
      throw new TokenizerDefect("it is not a JSON object");
    }
    Map<String, @Nullable Object> parts = new HashMap<>();
    ModelReader model = null;
    json.beginObject();
    for (boolean first = true; json.nextMember(first); first = false) {
      if (json.is("model")) {
        model = ModelReader.read(json);
      } else if (PARTS.contains(json.text())) {
        String name = json.text();
        parts.put(name, json.readValue());
      } else {
        json.skip();
      }
    }
    json.finish();
    if (model == null) {
      throw new TokenizerDefect("it has no model");
    }
    if (parts.get("version") instanceof String version && !version.equals("1.0")) {
      throw new TokenizerDefect("it is of the unknown version " + version);
    }
    return assemble(parts, model);
  }

  private static TokenizerFile assemble(Map<String, @Nullable Object> parts, ModelReader reader) {
    Object preTokenizerPart = parts.get("pre_tokenizer");
    boolean bytes = reader.takesBytes() && PreTokenizerReader.endsInBytes(preTokenizerPart);
    Model model = reader.model(bytes);
    Normalizer normalizer = NormalizerReader.read(parts.get("normalizer"));
    PreTokenizer preTokenizer = PreTokenizerReader.read(preTokenizerPart, !bytes);
    Decoder decoder = DecoderReader.read(parts.get("decoder"));
    PostProcessing processing = ProcessorReader.read(parts.get("post_processor"));
    Pipeline pipeline =
        new Pipeline(
            AddedTokenReader.read(parts.get("added_tokens"), model, normalizer)
                .parts(normalizer, preTokenizer, model, decoder));
    return new TokenizerFile(
        pipeline,
        processing,
        maximum(parts.get("truncation")),
        parts,
        reader.type(),
        reader.hasByteFallback());
  }

  private static OptionalInt maximum(@Nullable Object truncation) {
    if (truncation == null) {
      return OptionalInt.empty();
    }
    int maximum = Fields.of("its truncation", truncation).number("max_length");
    return maximum > 0 ? OptionalInt.of(maximum) : OptionalInt.empty();
  }
}
