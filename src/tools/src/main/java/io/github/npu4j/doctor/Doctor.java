package io.github.npu4j.doctor;

import io.github.npu4j.doctor.Machine.CLibrary;
import io.github.npu4j.doctor.Machine.Htp;
import io.github.npu4j.doctor.Machine.OrtFacts;
import io.github.npu4j.doctor.Machine.QnnFacts;
import io.github.npu4j.runtime.LibrarySearch;
import io.github.npu4j.runtime.Platform.Cpu;
import io.github.npu4j.runtime.Platform.Os;
import io.github.npu4j.runtime.Soc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Judges what was found out about a machine. Touches nothing, so every case can be tried anywhere.
 */
public final class Doctor {

  static final String INSTALL = "Run: npu4j runtime install";

  private static final int NEEDED_JAVA = 25;

  /** A runtime takes 0.4 GB while it is unpacked, a model with its compiled files 0.2 GB. */
  private static final long ENOUGH_BYTES = 2_000_000_000L;

  private static final long TOO_FEW_BYTES = 500_000_000L;

  private Doctor() {}

  /** Returns the findings, in the order in which things depend on each other. */
  public static List<Finding> examine(Machine machine) {
    List<Finding> findings = new ArrayList<>();
    java(machine, findings);
    platform(machine, findings);
    cLibrary(machine, findings);
    ort(machine, findings);
    copies(machine, findings);
    qnn(machine, findings);
    npu(machine, findings);
    skels(machine, findings);
    findings.add(settings(machine));
    disk(machine, findings);
    return List.copyOf(findings);
  }

  private static void java(Machine machine, List<Finding> findings) {
    Machine.Java java = machine.java();
    findings.add(
        java.feature() >= NEEDED_JAVA
            ? Finding.ok("java", "Java " + java.version() + " at " + java.home())
            : Finding.problem(
                "java",
                "Java " + java.version() + " at " + java.home() + " is too old",
                "npu4j needs Java " + NEEDED_JAVA,
                "Install a JDK " + NEEDED_JAVA + " or newer, or set JAVA_HOME to one."));
    findings.add(
        java.nativeAccess()
            ? Finding.ok("native-access", "Native access is granted")
            : Finding.warning(
                "native-access",
                "Native access is not granted",
                "Java prints a warning at the first native call, and a later Java will refuse it",
                "Start Java with --enable-native-access=ALL-UNNAMED (on the module path:"
                    + " --enable-native-access=io.github.npu4j.bindings,io.github.npu4j,"
                    + "com.microsoft.onnxruntime)."));
  }

  private static void platform(Machine machine, List<Finding> findings) {
    var platform = machine.platform();
    if (platform.os() == Os.MACOS || platform.os() == Os.OTHER) {
      findings.add(
          Finding.note(
              "platform", platform + ": models run on its CPU", "QNN has no build for it"));
    } else if (platform.vm() != platform.machine()) {
      findings.add(
          Finding.ok(
              "platform",
              platform
                  + ": this Java is for x64 and is translated; it uses ARM64EC libraries,"
                  + " the NPU and both CPU paths"));
    } else if (platform.os() == Os.WINDOWS && platform.vm() == Cpu.ARM64) {
      findings.add(
          Finding.note(
              "platform",
              platform + ": the NPU and ONNX Runtime by the foreign-function interface",
              "ONNX Runtime's Java package has no build for Windows on ARM64",
              "Use an x64 JDK for --engine java."));
    } else {
      findings.add(Finding.ok("platform", platform.toString()));
    }
  }

  private static void cLibrary(Machine machine, List<Finding> findings) {
    if (machine.cLibrary().isEmpty()) {
      return;
    }
    CLibrary c = machine.cLibrary().get();
    if (c.glibc().isEmpty()) {
      findings.add(
          Finding.problem(
              "glibc",
              "The C library is not glibc",
              "ONNX Runtime and QNN are built for glibc; musl (Alpine) can't load them",
              "Use a distribution with glibc, such as Debian 12 or Ubuntu 22.04."));
      return;
    }
    String glibc = c.glibc().get();
    if (c.needed().isPresent() && Versions.older(glibc, c.needed().get())) {
      findings.add(
          Finding.problem(
              "glibc",
              "glibc " + glibc + " is too old",
              "Qualcomm's libraries are built for glibc " + c.needed().get(),
              "Use a newer system: Debian 12, Ubuntu 22.04, Fedora 36, or newer."));
    } else {
      findings.add(Finding.ok("glibc", "glibc " + glibc));
    }
  }

  private static void ort(Machine machine, List<Finding> findings) {
    LibrarySearch place = machine.libraries().onnxruntime();
    switch (machine.ort()) {
      case ProbeResult.Untried<OrtFacts> _ ->
          findings.add(absent("onnxruntime", place, Finding.Status.PROBLEM));
      case ProbeResult.Failed<OrtFacts>(String reason, String advice) ->
          findings.add(
              Finding.problem(
                  "onnxruntime",
                  "ONNX Runtime does not load from " + where(place),
                  reason,
                  loaderAdvice(reason, advice)));
      case ProbeResult.Known<OrtFacts>(OrtFacts facts) -> {
        findings.add(
            facts.version().equals(facts.pinned())
                ? Finding.ok("onnxruntime", "ONNX Runtime " + facts.version() + ", " + where(place))
                : Finding.warning(
                    "onnxruntime",
                    "ONNX Runtime " + facts.version() + ", " + where(place),
                    "npu4j is tested with " + facts.pinned() + "; another may not fit the plugin",
                    "Use com.microsoft.onnxruntime:onnxruntime:" + facts.pinned() + "."));
        findings.add(plugin(machine, facts));
        findings.add(Finding.ok("ep-devices", "Devices: " + String.join("; ", facts.devices())));
      }
    }
  }

  private static Finding plugin(Machine machine, OrtFacts facts) {
    LibrarySearch place = machine.libraries().qnnProvider();
    return switch (facts.plugin()) {
      case ProbeResult.Untried<Path> _ -> absent("qnn-provider", place, Finding.Status.WARNING);
      case ProbeResult.Failed<Path>(String reason, String advice) ->
          Finding.problem(
              "qnn-provider",
              "ONNX Runtime " + facts.version() + " refuses the QNN provider " + where(place),
              reason,
              loaderAdvice(reason, advice));
      case ProbeResult.Known<Path>(Path path) -> apart(machine, path);
    };
  }

  /** The provider brings its own build of QAIRT: with another one's HTP library it may not work. */
  private static Finding apart(Machine machine, Path provider) {
    Path folder = provider.getParent();
    return machine.libraries().qnnHtp() instanceof LibrarySearch.Found htp
            && !htp.path().startsWith(folder == null ? provider : folder)
        ? Finding.warning(
            "qnn-provider",
            "The QNN provider " + provider + " and " + htp.path() + " are from different folders",
            "they may be of different versions of QAIRT, which need not fit together",
            "Unset "
                + htp.origin()
                + " to use the pinned runtime for both, or point it to a"
                + " folder that holds both.")
        : Finding.ok("qnn-provider", "QNN execution provider " + provider);
  }

  private static void copies(Machine machine, List<Finding> findings) {
    if (machine.ortCopies().size() > 1) {
      findings.add(
          Finding.problem(
              "ort-copies",
              "This process has "
                  + machine.ortCopies().size()
                  + " copies of ONNX Runtime: "
                  + machine.ortCopies(),
              "each has an environment and plugins of its own, and they share global names",
              "Open npu4j first, or start Java with -Donnxruntime.native.path set to the folder of"
                  + " one of them."));
    }
    machine.systemOrt().ifPresent(dll -> findings.add(system32(machine, dll)));
  }

  private static Finding system32(Machine machine, Path dll) {
    boolean wins = machine.ortCopies().stream().anyMatch(dll::equals);
    return wins
        ? Finding.problem(
            "system-ort",
            "Windows' own " + dll + " is loaded instead of npu4j's",
            "something in this process loaded onnxruntime by its bare name, and Windows looks in"
                + " System32 first",
            "Open npu4j before that library, or start Java with -Donnxruntime.native.path set to"
                + " the folder of npu4j's copy.")
        : Finding.note(
            "system-ort",
            "Windows has an older " + dll,
            "a program that loads onnxruntime by its bare name gets that one; npu4j loads its own"
                + " by path");
  }

  private static void qnn(Machine machine, List<Finding> findings) {
    var libraries = machine.libraries();
    switch (machine.qnn()) {
      case ProbeResult.Untried<QnnFacts> _ ->
          findings.add(
              absent(
                  "qnn-htp",
                  libraries.qnnHtp() instanceof LibrarySearch.Absent
                      ? libraries.qnnHtp()
                      : libraries.qnnSystem(),
                  Finding.Status.WARNING));
      case ProbeResult.Failed<QnnFacts>(String reason, String advice) ->
          findings.add(
              Finding.problem(
                  "qnn-htp",
                  "QNN does not load from " + where(libraries.qnnHtp()),
                  reason,
                  loaderAdvice(reason, advice)));
      case ProbeResult.Known<QnnFacts>(QnnFacts facts) ->
          findings.add(Finding.ok("qnn-htp", facts.versions() + ", " + where(libraries.qnnHtp())));
    }
  }

  private static void npu(Machine machine, List<Finding> findings) {
    if (!(machine.qnn() instanceof ProbeResult.Known<QnnFacts>(QnnFacts facts))) {
      return;
    }
    findings.add(
        switch (facts.htp()) {
          case ProbeResult.Known<Htp>(Htp htp) when htp.emulator() ->
              Finding.note(
                  "npu",
                  "No NPU: this is Qualcomm's emulator of one",
                  "the machine's CPU is x64; the emulator's results are right, its speed says"
                      + " nothing",
                  "Use --device emulator to check answers, --device cpu for speed.");
          case ProbeResult.Known<Htp>(Htp htp) ->
              Finding.ok(
                  "npu",
                  "NPU found: "
                      + Soc.of(htp.socModel()).map(Soc::chip).orElse("SoC model " + htp.socModel())
                      + ", HTP v"
                      + htp.arch());
          case ProbeResult.Failed<Htp>(String reason, String _) ->
              Finding.warning(
                  "npu",
                  "No NPU can be used; models run on the CPU",
                  reason,
                  machine.platform().machine() == Cpu.ARM64
                      ? "On a Snapdragon X: update the NPU driver (Qualcomm Hexagon NPU in the"
                          + " device manager), and see the finding skel. On another ARM64 machine"
                          + " there is nothing to do."
                      : "Use --device cpu.");
          case ProbeResult.Untried<Htp> _ ->
              Finding.note("npu", "The NPU was not tried", "QNN is not complete", INSTALL);
        });
  }

  private static void skels(Machine machine, List<Finding> findings) {
    if (machine.platform().machine() != Cpu.ARM64
        || machine.libraries().qnnHtp() instanceof LibrarySearch.Absent) {
      return;
    }
    findings.add(
        switch (machine.libraries().skels()) {
          case LibrarySearch.Found found -> Finding.ok("skel", "Skel libraries in " + found.path());
          case LibrarySearch.Absent missing ->
              Finding.problem(
                  "skel",
                  "The NPU's own libraries (libQnnHtpV73Skel.so and the like) are missing",
                  String.join("; ", missing.reasons()),
                  "Install the runtime for this platform (npu4j runtime install), or set"
                      + " ADSP_LIBRARY_PATH to the folder that has them.");
        });
  }

  private static Finding settings(Machine machine) {
    return machine.settings().isEmpty()
        ? Finding.ok("settings", "No property and no variable chooses native libraries")
        : Finding.note(
            "settings",
            "Native libraries are chosen by " + String.join(", ", machine.settings()),
            "whoever sets these decides which native code runs in this process",
            "Nothing to do if they are yours.");
  }

  private static void disk(Machine machine, List<Finding> findings) {
    long free = machine.disk().freeBytes();
    Path folder = machine.disk().folder();
    String left =
        free < 0 ? "an unknown amount" : String.format(Locale.ROOT, "%.1f GB", free / 1e9);
    String what = "npu4j's files are in " + folder + ", with " + left + " left on the disk";
    if (free < 0 || free >= ENOUGH_BYTES) {
      findings.add(Finding.ok("disk", what));
    } else {
      Finding.Status status =
          free < TOO_FEW_BYTES ? Finding.Status.PROBLEM : Finding.Status.WARNING;
      findings.add(
          new Finding(
              "disk",
              status,
              what,
              "a runtime takes 0.4 GB, a model with its compiled files 0.2 GB",
              "Free some space (npu4j cache clean, npu4j runtime remove), or set NPU4J_HOME to a"
                  + " folder on another disk."));
    }
  }

  private static Finding absent(String id, LibrarySearch place, Finding.Status status) {
    if (!(place instanceof LibrarySearch.Absent missing)) {
      return Finding.note(id, place.what() + " was not tried", where(place), INSTALL);
    }
    String reasons = String.join("; ", missing.reasons());
    String advice = missing.advice().isEmpty() ? INSTALL : missing.advice();
    if (reasons.contains("this Java VM is for")) {
      return new Finding(
          id,
          Finding.Status.PROBLEM,
          missing.what() + " is there, but for another CPU than this Java",
          reasons,
          "Install the wheel of this Java's platform (npu4j runtime install), or use a Java for"
              + " that CPU.");
    }
    return new Finding(id, status, missing.what() + " was not found", reasons, advice);
  }

  /** InterleavedBenchmark what dynamic loaders say into what to do about it. */
  private static String loaderAdvice(String reason, String otherwise) {
    if (reason.contains("GLIBC_") || reason.contains("GLIBCXX_")) {
      return "The library needs a newer system: Debian 12, Ubuntu 22.04, or newer.";
    }
    if (reason.contains("libc++")) {
      return "Keep the folder onnxruntime_qnn.libs beside onnxruntime_qnn, or run: npu4j runtime"
          + " install";
    }
    if (reason.contains("wrong ELF class")
        || reason.contains("cannot open shared object file: No such file")
        || reason.contains("not a valid Win32 application")) {
      return "The library, or one that it needs, is for another CPU or missing. " + INSTALL;
    }
    return otherwise.isEmpty() ? INSTALL : otherwise;
  }

  private static String where(LibrarySearch place) {
    return switch (place) {
      case LibrarySearch.Found found -> found.path() + " (" + found.origin() + ")";
      case LibrarySearch.Absent absent -> "nowhere: " + String.join("; ", absent.reasons());
    };
  }
}
