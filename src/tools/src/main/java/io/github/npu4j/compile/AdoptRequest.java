package io.github.npu4j.compile;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.numeric.Pooling;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What to adopt.
 *
 * @param file a context binary, an EPContext model, or a zip archive of these; with a tokenizer or
 *     a description also a plain ONNX model, or an archive of one
 * @param description what the model does
 * @param tokenizer its tokenizer, if it has one
 * @param model the ONNX model it was made from; without it there is no CPU to fall back to
 */
public record AdoptRequest(
    Path file, ModelDescription description, Optional<Path> tokenizer, Optional<Path> model) {

  /** Returns the request to adopt a file of which nothing is known but its graphs. */
  public static AdoptRequest of(Path file) {
    return new AdoptRequest(file, ModelDescription.unknown(), Optional.empty(), Optional.empty());
  }

  /**
   * Returns a copy that describes an embedding model, adopted from the file.
   *
   * @param pooling how token vectors become one
   * @param normalized whether the pooled vector is scaled to length 1
   */
  public AdoptRequest asEmbedding(Pooling pooling, boolean normalized) {
    String source = "adopted from " + file.getFileName();
    return new AdoptRequest(
        file,
        ModelDescription.embedding(pooling, normalized)
            .withOrigin(new ModelDescription.Origin(source, "")),
        tokenizer,
        model);
  }

  /** Returns a copy whose model takes these prefixes before queries and passages. */
  public AdoptRequest withPrefixes(ModelDescription.Prefixes prefixes) {
    return new AdoptRequest(file, description.withPrefixes(prefixes), tokenizer, model);
  }

  /** Returns whether anything is said of the model that a plain ONNX file does not say itself. */
  boolean describes() {
    return tokenizer.isPresent() || !description.equals(ModelDescription.unknown());
  }

  /** Returns a copy whose model takes at most this many tokens. */
  public AdoptRequest withMaximumLength(int tokens) {
    return new AdoptRequest(file, description.withMaximumLength(tokens), tokenizer, model);
  }

  /** Returns a copy with the model's tokenizer. */
  public AdoptRequest withTokenizer(Path tokenizerFile) {
    return new AdoptRequest(file, description, Optional.of(tokenizerFile), model);
  }

  /** Returns a copy with the ONNX model that the context binary was made from. */
  public AdoptRequest withModel(Path onnx) {
    return new AdoptRequest(file, description, tokenizer, Optional.of(onnx));
  }
}
