package io.github.npu4j.engine.compatibility;

import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.runtime.Soc;
import java.util.Optional;

/**
 * Whether a context binary can be loaded by a QNN library on a device; judged from what the file
 * says of itself, before any native call that could end the process.
 *
 * @param verdict the answer
 * @param reason what it rests on, as one sentence without a full stop
 * @param advice what to do, as whole sentences; empty where there is nothing to do
 */
public record Compatibility(Verdict verdict, String reason, String advice) {

  /** The answers, from best to worst. */
  public enum Verdict {
    /** The file was made for this. */
    FITS,
    /** The file loads, with a loss that the reason names. */
    NOTICE,
    /** The file does not say what it was made for; the library or a child process has to decide. */
    UNKNOWN,
    /** The file must not be loaded here. */
    REFUSED
  }

  /** QNN's number for the HTP backend. */
  public static final int HTP_BACKEND = 6;

  /**
   * An API version of QNN.
   *
   * @param major changes break
   * @param minor changes add
   */
  public record ApiVersion(int major, int minor) {

    boolean canRead(ApiVersion file) {
      return major == file.major && minor >= file.minor;
    }

    @Override
    public String toString() {
      return major + "." + minor;
    }
  }

  /**
   * What a context binary says of itself.
   *
   * @param backend the number of the backend it was made for
   * @param socModel the SoC model it was compiled for; 0 if the file does not say
   * @param coreApi the core API version of the library that wrote it
   * @param sharedWeights whether its graphs share weights
   */
  public record ContextFacts(
      int backend, int socModel, ApiVersion coreApi, boolean sharedWeights) {}

  /**
   * What would load the binary.
   *
   * @param emulator whether this is the HTP emulator of an x86 machine
   * @param htpArch the device's HTP architecture, 73 for v73; 0 if it does not say
   * @param socModel the device's SoC model; 0 if it does not say
   * @param coreApi the core API version of the QNN library
   */
  public record Target(boolean emulator, int htpArch, int socModel, ApiVersion coreApi) {

    private int arch() {
      return htpArch != 0 ? htpArch : Soc.of(socModel).map(Soc::arch).orElse(0);
    }
  }

  /** Judges a binary against what would load it. */
  public static Compatibility judge(ContextFacts subject, Target target) {
    if (subject.backend() != HTP_BACKEND) {
      return refused(
          "the file was made for QNN backend " + subject.backend() + ", not for HTP (6)",
          "Compile the model for HTP.");
    }
    if (!target.coreApi().canRead(subject.coreApi())) {
      return refused(
          "the file was written with QNN API "
              + subject.coreApi()
              + " and the library here has "
              + target.coreApi()
              + ", which is too old or of another generation",
          "Install a newer runtime (npu4j runtime install) or compile the model again.");
    }
    return target.emulator() ? onEmulator(subject) : onDevice(subject, target);
  }

  /**
   * Returns this judgement if the file may be loaded.
   *
   * @param file the file's name, for the message
   * @throws IncompatibleModelException if it is refused
   */
  public Compatibility requireLoadable(String file) {
    if (verdict == Verdict.REFUSED) {
      throw new IncompatibleModelException(file + " can't be loaded here", reason, advice);
    }
    return this;
  }

  /** The emulator reports SoC 30 and runs files for any SoC, so SoCs are not compared. */
  private static Compatibility onEmulator(ContextFacts subject) {
    if (subject.sharedWeights()) {
      return refused(
          "its graphs share weights, which ends the process inside the emulator",
          "Compile one file a graph, without shared weights, for the emulator.");
    }
    return fits("the emulator runs files for any SoC");
  }

  private static Compatibility onDevice(ContextFacts subject, Target target) {
    if (subject.socModel() == 0) {
      return new Compatibility(
          Verdict.UNKNOWN,
          "the file does not say which SoC it was compiled for",
          "Run npu4j verify on it: that makes the first load in a child process.");
    }
    Optional<Soc> soc = Soc.of(subject.socModel());
    if (soc.isEmpty()) {
      return refused(
          "the file was compiled for SoC model "
              + subject.socModel()
              + ", which npu4j does not know",
          "Compile the model for this machine's SoC.");
    }
    int here = target.arch();
    if (here == 0) {
      return new Compatibility(
          Verdict.UNKNOWN,
          "the device does not say which HTP architecture it has, and the file was compiled for "
              + soc.get(),
          "Run npu4j verify on the file: that makes the first load in a child process.");
    }
    return byArch(soc.get(), here, target.socModel());
  }

  private static Compatibility byArch(Soc soc, int here, int socHere) {
    if (soc.arch() > here) {
      return refused(
          "the SoC differs: the file was compiled for "
              + soc
              + " and this HTP is the older v"
              + here,
          "Compile the model for this machine's SoC.");
    }
    if (soc.arch() < here) {
      return new Compatibility(
          Verdict.NOTICE,
          "the file was compiled for the older " + soc + " and this HTP is v" + here,
          "Compile the model for this machine's SoC to use all of its HTP.");
    }
    if (socHere != 0 && socHere != soc.model()) {
      return new Compatibility(
          Verdict.NOTICE,
          "the file was compiled for "
              + soc
              + " and this is SoC model "
              + socHere
              + " of the same HTP v"
              + here,
          "");
    }
    return fits("the file was compiled for " + soc);
  }

  private static Compatibility fits(String reason) {
    return new Compatibility(Verdict.FITS, reason, "");
  }

  private static Compatibility refused(String reason, String advice) {
    return new Compatibility(Verdict.REFUSED, reason, advice);
  }
}
