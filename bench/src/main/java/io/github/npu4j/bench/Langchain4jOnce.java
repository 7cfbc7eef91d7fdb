package io.github.npu4j.bench;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;

/**
 * The least program that embeds a text by langchain4j and prints the vector, as {@code npu4j embed}
 * does. Argument: the text.
 */
final class Langchain4jOnce {
  private Langchain4jOnce() {}

  public static void main(String[] arguments) {
    EmbeddingModel model = new AllMiniLmL6V2EmbeddingModel();
    StringBuilder line = new StringBuilder();
    for (float value : model.embed(arguments[0]).content().vector()) {
      line.append(line.isEmpty() ? "" : " ").append(value);
    }
    System.out.println(line);
  }
}
