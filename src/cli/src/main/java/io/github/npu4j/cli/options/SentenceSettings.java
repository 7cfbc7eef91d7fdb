package io.github.npu4j.cli.options;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of every benchmark that answers texts. */
public final class SentenceSettings {

  @Option(
      names = "--sentences",
      paramLabel = "FILE",
      description = "Answer the lines of this file; without it sentences that are built in.")
  public @Nullable Path sentences;
}
