package io.github.npu4j.cli.console;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in the command's options what the library says in names of its API: {@code Device.CPU}
 * becomes {@code --device cpu}.
 */
public final class OptionWords {

  private static final Pattern DEVICE = Pattern.compile("\\bDevice\\.([A-Z]+)\\b");
  private static final Pattern ENGINE = Pattern.compile("\\bEngineKind\\.([A-Z]+)\\b");

  private static final Pattern DIMENSIONS = Pattern.compile("\\bwithDimensions\\(([^)]*)\\)");

  private OptionWords() {}

  /** Returns a message of the library as the command says it. */
  public static String of(String message) {
    String text =
        DEVICE
            .matcher(message)
            .replaceAll(name -> "--device " + name.group(1).toLowerCase(Locale.ROOT));
    text =
        ENGINE
            .matcher(text)
            .replaceAll(name -> "--engine " + name.group(1).toLowerCase(Locale.ROOT));
    text =
        DIMENSIONS
            .matcher(text)
            .replaceAll(sizes ->
                Matcher.quoteReplacement("--dim " + sizes.group(1).replace(", ", " --dim ")));
    return text.replace("OpenOptions.withEpLibrary", "--ep-library")
        .replace("Weights.SHARED", "--weight-sharing")
        .replace("withTokens", "--seq")
        .replace("(withTokenizer)", "(--tokenizer)")
        .replace("(Existing.REPLACE)", "(--replace)")
        .replace("name its platform", "name it by --platform")
        .replace("withTimeLimit", "--time-limit")
        .replace("withMemoryLimit", "--memory-limit")
        .replace("Seq2Seq.open", "npu4j generate");
  }
}
