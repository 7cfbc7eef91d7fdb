package io.github.npu4j.measure;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.file.IoErrors;
import io.github.npu4j.store.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sentences that a model was not trained on, with the answers that are expected, and how many
 * answers were as expected.
 */
public final class HeldOut {

  /** The field of an answer that names the intent. */
  private static final String INTENT = "intent";

  /**
   * A sentence and the answer that is expected.
   *
   * @param sentence the text
   * @param expected the answer, JSON or any text
   */
  public record Pair(String sentence, String expected) {}

  /** A sentence whose answer was not as expected. */
  public record Failure(String sentence, String expected, String answer) {}

  /**
   * How many answers were as expected.
   *
   * @param sentences how many there are
   * @param exact how many answers are the expected text
   * @param intents how many sentences are expected to have an intent
   * @param rightIntents how many of their answers have it
   * @param firstFailures the first answers that are another text
   */
  public record Score(
      int sentences, int exact, int intents, int rightIntents, List<Failure> firstFailures) {

    /** Returns the share of answers that are the expected text, in percent. */
    public double exactPercent() {
      return percent(exact, sentences);
    }

    /** Returns the share of right intents, in percent; 100 if none is expected. */
    public double intentPercent() {
      return percent(rightIntents, intents);
    }

    private static double percent(int part, int whole) {
      return whole == 0 ? 100 : 100.0 * part / whole;
    }
  }

  private HeldOut() {}

  /**
   * Reads a file of sentences and answers, a tab between them.
   *
   * @throws BadInputException if it can't be read or a line has no tab
   */
  public static List<Pair> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException unreadable) {
      throw new BadInputException(
          "can't read " + file, IoErrors.reason(unreadable), "Give a file in UTF-8.", unreadable);
    }
    List<Pair> pairs = new ArrayList<>();
    for (String line : lines) {
      if (line.isEmpty()) {
        continue;
      }
      int tab = line.indexOf('\t');
      if (tab < 0) {
        throw new BadInputException(
            file + " is not a list of sentences and answers",
            "the line \"" + line + "\" has no tab",
            "Write SENTENCE, a tab, and the expected answer on each line.");
      }
      pairs.add(new Pair(line.substring(0, tab), line.substring(tab + 1)));
    }
    if (pairs.isEmpty()) {
      throw new BadInputException(file + " is empty", "", "Give sentences with their answers.");
    }
    return pairs;
  }

  /**
   * Compares answers with what was expected.
   *
   * @param answers the answer to each sentence, in their order
   * @param failures how many failures to keep
   */
  public static Score score(List<Pair> pairs, List<String> answers, int failures) {
    int exact = 0;
    int intents = 0;
    int rightIntents = 0;
    List<Failure> first = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      Pair pair = pairs.get(i);
      String answer = answers.get(i);
      if (pair.expected().equals(answer)) {
        exact++;
      } else if (first.size() < failures) {
        first.add(new Failure(pair.sentence(), pair.expected(), answer));
      }
      String intent = intent(pair.expected());
      if (intent != null) {
        intents++;
        rightIntents += Objects.equals(intent, intent(answer)) ? 1 : 0;
      }
    }
    return new Score(pairs.size(), exact, intents, rightIntents, List.copyOf(first));
  }

  /** Returns the intent of an answer, or {@code null} if it is no JSON object with one. */
  private static @Nullable String intent(String answer) {
    try {
      JsonObject json = JsonObject.parse(answer.getBytes(StandardCharsets.UTF_8), "the answer");
      return json.isString(INTENT) ? json.string(INTENT) : null;
    } catch (BadModelException noJson) {
      return null;
    }
  }
}
