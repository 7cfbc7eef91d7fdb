package io.github.npu4j.report;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.internal.file.IoErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Sentences to measure a model with, a line each. */
public final class SampleSentences {

  /** The file of a model's own sample sentences. */
  private static final String FILE = "samples.txt";

  /** Far above any list that people write, and little memory. */
  private static final int LARGEST_FILE = 1 << 20;

  private static final List<String> BUILT_IN =
      List.of(
          "wake me at seven tomorrow",
          "set a timer for ten minutes",
          "what's the weather in Oslo on friday",
          "play some jazz in the kitchen",
          "remind me to water the plants tonight",
          "how do I get to the station",
          "put milk and two lemons on the shopping list",
          "turn the volume down a bit",
          "send Anna a message that I'm late",
          "switch off the lights in the bedroom");

  private SampleSentences() {}

  /**
   * Returns the sentences of a model folder's {@code samples.txt}, else the ones built in.
   *
   * @throws BadInputException if the file can't be read
   */
  public static List<String> of(Path model) {
    Path file = model.resolve(FILE);
    List<String> lines = Files.isRegularFile(file) ? lines(file) : List.of();
    return lines.isEmpty() ? BUILT_IN : lines;
  }

  /** Returns sentences as people type or say them to a computer. */
  public static List<String> builtIn() {
    return BUILT_IN;
  }

  /**
   * Returns the sentences of a file.
   *
   * @throws BadInputException if it can't be read or has none
   */
  public static List<String> in(Path file) {
    List<String> lines = lines(file);
    if (lines.isEmpty()) {
      throw new BadInputException(file + " has no sentence", "", "Write one on each line.");
    }
    return lines;
  }

  private static List<String> lines(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new BadInputException(file + " is too large for sample sentences", "", "Shorten it.");
      }
      return Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
    } catch (IOException unreadable) {
      throw new BadInputException(
          "can't read " + file, IoErrors.reason(unreadable), "Give a file in UTF-8.", unreadable);
    }
  }
}
