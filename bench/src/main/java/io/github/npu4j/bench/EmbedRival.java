package io.github.npu4j.bench;

import java.nio.file.Path;
import java.util.List;

/** One way of embedding texts, opened as its documentation's first example opens it. */
interface EmbedRival extends AutoCloseable {

  /** Embeds one text. */
  float[] embed(String text) throws Exception;

  /** Embeds several texts, in their order. */
  List<float[]> embedAll(List<String> texts) throws Exception;

  @Override
  void close() throws Exception;

  /**
   * Opens a rival by its name.
   *
   * @param model its name in the catalog
   * @param folder its folder
   */
  static EmbedRival open(String rival, String model, Path folder) throws Exception {
    return switch (rival) {
      case "npu4j" -> new Npu4jTexts(folder);
      case "langchain4j" -> new Langchain4jTexts(model);
      case "ort-java" -> new OrtJavaTexts(folder);
      default -> throw new IllegalArgumentException(rival);
    };
  }
}
