package io.github.npu4j.engine.execution;

import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.PassedOver;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.runtime.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Opens a model by the first of several candidates that works, and keeps the reason against each
 * that did not. This is the one place where a placement is decided; what the candidates are is the
 * caller's knowledge.
 */
public final class PlacementSearch {

  private PlacementSearch() {}

  /**
   * One way to open a model.
   *
   * @param <T> what is opened
   * @param device where it would run
   * @param engine what would run it
   * @param opener opens it, given the better candidates that failed, best first; throws an {@link
   *     NpuException} if this one can't, and then holds nothing
   */
  public record Candidate<T>(
      Device device, EngineKind engine, Function<List<PassedOver>, T> opener) {}

  /**
   * Opens by the first candidate that works.
   *
   * @param model what is opened, for the message if nothing can
   * @param candidates at least one, the best first
   * @throws RunAbortedException if this thread is interrupted: that says nothing of a candidate
   * @throws NpuException if none works: the error of the only candidate; else the first that finds
   *     fault with the model or comes from a native call; else that of the last, least demanding
   *     candidate if the model lacks the files it needs; else one that holds all reasons
   */
  public static <T> T firstThatWorks(String model, List<Candidate<T>> candidates) {
    List<PassedOver> passedOver = new ArrayList<>();
    List<NpuException> failures = new ArrayList<>();
    for (Candidate<T> candidate : candidates) {
      OpenReport.requireNotInterrupted(model);
      try {
        return candidate.opener().apply(List.copyOf(passedOver));
      } catch (NpuException failed) {
        if (OpenReport.orInterrupted(model, failed) instanceof RunAbortedException aborted) {
          throw aborted;
        }
        failures.add(failed);
        passedOver.add(new PassedOver(candidate.device(), candidate.engine(), reason(failed)));
      }
    }
    throw failure(model, failures, passedOver);
  }

  private static String reason(NpuException failed) {
    return failed.why().isEmpty() ? failed.what() : failed.what() + ": " + failed.why();
  }

  private static NpuException failure(
      String model, List<NpuException> failures, List<PassedOver> passedOver) {
    if (failures.size() == 1) {
      return failures.getFirst();
    }
    for (NpuException failed : failures) {
      if (failed instanceof BadModelException
          || failed instanceof IncompatibleModelException
          || failed instanceof NativeCallException) {
        return failed;
      }
    }
    if (failures.getLast() instanceof ModelMissingException missing) {
      return missing;
    }
    return new DeviceUnavailableException(
        "nothing here can run " + model,
        passedOver.stream().map(PassedOver::toString).collect(Collectors.joining("; ")),
        failures.getFirst().advice(),
        failures.getFirst());
  }
}
