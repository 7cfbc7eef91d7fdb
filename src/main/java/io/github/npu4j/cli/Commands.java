package io.github.npu4j.cli;

import java.util.List;

/**
 * The subcommands by name, each made only when it is named.
 *
 * <p>A command class is package-private, ends in {@code Command}, implements {@code
 * Callable<Integer>} (the exit code), takes the {@link Console} in its constructor, and throws its
 * errors as {@link io.github.npu4j.error.NpuException}.
 */
final class Commands {

  /** In the order of the help. */
  static final List<String> NAMES = List.of("completion");

  private Commands() {}

  /** Makes the command of a name from {@link #NAMES}. */
  static Object create(String name, Console console) {
    return switch (name) {
      case "completion" -> new CompletionCommand(console);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
