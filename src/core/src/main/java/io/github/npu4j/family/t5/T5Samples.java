package io.github.npu4j.family.t5;

import io.github.npu4j.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What a T5 is run on to see how large its values become: sentences of several kinds and scripts by
 * its own tokenizer, and ids by chance, which reach tokens that no sentence has.
 */
final class T5Samples {

  private static final List<String> TEXTS =
      List.of(
          "translate English to German: The ferry to the island leaves at half past seven.",
          "summarize: The town council met on Monday to speak about the new bridge. Most members"
              + " were for it, two wanted to wait for the costs, and the mayor promised figures by"
              + " the end of the month.",
          "question: Where are the keys? context: I put the keys on the shelf behind the clock.",
          "Set an alarm for 6:45 tomorrow and play something quiet, please!",
          "Die Rechnung über 1.234,56 € ist am 3. März fällig.",
          "Où se trouve la gare la plus proche, s'il vous plaît ?",
          "明日の朝、駅で会いましょう。",
          "Завтра обещают дождь и сильный ветер.",
          "for (int i = 0; i < n; i++) { sum += a[i] * b[i]; }",
          "0123456789 !\"#$%&'()*+,-./:;<=>?@[]^_`{|}~",
          "no",
          "");

  private static final int RANDOM_TEXTS = 4;
  private static final long SEED = 20;

  private T5Samples() {}

  /**
   * Returns the token ids of each text, end tokens included.
   *
   * @param tokenizer the file of the model's tokenizer
   * @param longest the most tokens of a text
   */
  static List<int[]> of(Path tokenizer, T5Config config, int longest) {
    List<int[]> samples = new ArrayList<>();
    try (Tokenizer opened = Tokenizer.open(tokenizer)) {
      for (String text : TEXTS) {
        int[] ids =
            Arrays.stream(opened.encode(text, longest).ids())
                .mapToInt(Math::toIntExact)
                .filter(id -> id < config.vocabulary())
                .toArray();
        if (ids.length > 0) {
          samples.add(ids);
        }
      }
    }
    Random random = new Random(SEED);
    for (int i = 0; i < RANDOM_TEXTS; i++) {
      int[] ids = random.ints(longest, 0, config.vocabulary()).toArray();
      ids[longest - 1] = config.tokens().ends().getFirst();
      samples.add(ids);
    }
    return samples;
  }
}
