package io.github.npu4j.cli.options;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.internal.file.IoErrors;
import io.github.npu4j.seq2seq.constraint.Constraint;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say what an answer may look like. */
public final class ConstraintOptions {

  /** A list of answers or a schema. */
  static final class Allowed {
    @Option(
        names = "--answers",
        paramLabel = "FILE",
        description = "Allow only the answers in the lines of this file.")
    @Nullable Path answers;

    @Option(
        names = "--schema",
        paramLabel = "FILE",
        description = "Allow only JSON that is valid by this JSON schema.")
    @Nullable Path schema;
  }

  @ArgGroup(exclusive = true)
  Allowed allowed = new Allowed();

  /**
   * Returns the constraint, or {@code null} if anything is allowed.
   *
   * @throws BadInputException if the file can't be read, or what it says can't be met
   */
  public @Nullable Constraint of(Tokenizer tokenizer) {
    if (allowed.answers != null) {
      return Constraint.answers(
          tokenizer, read(allowed.answers).lines().filter(line -> !line.isEmpty()).toList());
    }
    return allowed.schema == null ? null : Constraint.jsonSchema(tokenizer, read(allowed.schema));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new BadInputException(
          "can't read " + file, IoErrors.reason(unreadable), "Give a file in UTF-8.", unreadable);
    }
  }
}
