package io.github.npu4j.bench;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.bgesmallenv15.BgeSmallEnV15EmbeddingModel;
import java.util.List;

/** langchain4j's in-process models, whose jars hold the files that the catalog's models are. */
final class Langchain4jTexts implements EmbedRival {
  private final EmbeddingModel model;

  Langchain4jTexts(String name) {
    model =
        switch (name) {
          case "minilm" -> new AllMiniLmL6V2EmbeddingModel();
          case "bge-small" -> new BgeSmallEnV15EmbeddingModel();
          default -> throw new IllegalArgumentException(name);
        };
  }

  @Override
  public float[] embed(String text) {
    return model.embed(text).content().vector();
  }

  @Override
  public List<float[]> embedAll(List<String> texts) {
    return model.embedAll(texts.stream().map(TextSegment::from).toList()).content().stream()
        .map(embedding -> embedding.vector())
        .toList();
  }

  @Override
  public void close() {}
}
