package io.github.npu4j.family.encoder;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.family.CheckpointConfig;
import io.github.npu4j.store.JsonObject;
import java.util.List;

/** What {@code config.json} says of a checkpoint's head, in transformers' words. */
public final class CheckpointHeads {

  private static final int MOST_LABELS = 1 << 20;

  /** The number of labels where a configuration names none: transformers' own default. */
  private static final int USUAL_LABELS = 2;

  private CheckpointHeads() {}

  /**
   * Returns what a checkpoint was saved as, without the family's name: {@code Model}, {@code
   * ForMaskedLM}.
   *
   * @param family the family's name in names of classes, such as {@code DistilBert}
   * @throws BadModelException if it is of another family
   */
  public static String of(JsonObject config, String family) {
    List<String> classes =
        config.has("architectures") ? config.strings("architectures", 16) : List.of();
    if (classes.isEmpty()) {
      return "Model";
    }
    String name = classes.getFirst();
    if (!name.startsWith(family)) {
      throw config.bad("architectures", "is " + name + ", which is no class of " + family + "'s");
    }
    return name.substring(family.length());
  }

  /** Returns the error that a head is not exported. */
  public static BadModelException unknown(String head, List<String> known) {
    return CheckpointConfig.bad(
        "it was saved as a model " + head,
        "npu4j exports " + String.join(", ", known) + " of this family.");
  }

  /** Returns how many classes a classifier has. */
  public static int labels(JsonObject config) {
    if (config.has("id2label")) {
      return config.object("id2label").names().size();
    }
    return config.has("num_labels") ? config.integer("num_labels", 1, MOST_LABELS) : USUAL_LABELS;
  }
}
