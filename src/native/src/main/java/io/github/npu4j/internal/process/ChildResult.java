package io.github.npu4j.internal.process;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.NpuException;
import java.util.List;

/** How a child process of {@link ChildJvm} ended. */
public sealed interface ChildResult {

  /**
   * It did its work.
   *
   * @param lines its answer
   */
  record Answered(List<String> lines) implements ChildResult {
    /** Takes a copy of the list. */
    public Answered {
      lines = List.copyOf(lines);
    }
  }

  /**
   * It threw an {@link NpuException}.
   *
   * @param kind the simple name of its class
   * @param what {@link NpuException#what()}
   * @param why {@link NpuException#why()}
   * @param advice {@link NpuException#advice()}
   */
  record Refused(String kind, String what, String why, String advice) implements ChildResult {

    /** Returns whether the error was of this kind. */
    public boolean is(Class<? extends NpuException> error) {
      return kind.equals(error.getSimpleName());
    }
  }

  /**
   * It did not come to an end of its own.
   *
   * @param how what ended it, as half a sentence: {@code was ended by SIGSEGV in libQnnHtp.so}
   * @param errors the end of what it printed on standard error
   */
  record Died(String how, String errors) implements ChildResult {}

  /**
   * Returns the answer.
   *
   * @param what what was tried, for the message, without a full stop
   * @throws BadModelException if there is none; the reason is how the child ended
   */
  default List<String> require(String what) {
    return switch (this) {
      case Answered(List<String> lines) -> lines;
      case Refused(String _, String refusal, String why, String advice) ->
          throw new BadModelException(what, why.isEmpty() ? refusal : refusal + ": " + why, advice);
      case Died(String how, String _) ->
          throw new BadModelException(
              what, "the process that tried it " + how, "Don't load this file here.");
    };
  }
}
