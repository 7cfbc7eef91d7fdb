package io.github.npu4j.cli.installed;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.ProgressBars;
import io.github.npu4j.cli.console.Report;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.runtime.RuntimeInstaller;
import io.github.npu4j.runtime.libraries.RuntimeLock;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "runtime",
    description = "Install, list and remove Qualcomm's native libraries.",
    synopsisSubcommandLabel = "(install | list | remove)")
public final class RuntimeCommand implements Callable<Integer> {

  private final Console console;

  @Spec @Nullable CommandSpec spec;

  public RuntimeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "name one of install, list, remove");
  }

  /** A runtime that is in the cache now. */
  record Installed(String name, Path path) {}

  @Command(
      name = "install",
      description = {
        "Fetch the pinned runtime by your own pip, check its SHA-256 and unpack it into the cache.",
        "Does nothing if it is there."
      })
  int install(
      @Option(
              names = "--platform",
              paramLabel = "PLATFORM",
              description =
                  "linux-x64, linux-arm64, windows-x64 or windows-arm64; this machine's by default.")
          @Nullable String platform,
      @Option(
              names = "--wheel",
              paramLabel = "FILE",
              description = "Take this wheel instead of asking pip; may be given several times.")
          @Nullable List<Path> wheels,
      @Mixin Report report) {
    RuntimeInstaller installer = new RuntimeInstaller(Cache.standard());
    List<Path> folders = new ArrayList<>();
    try (ProgressBars progress = new ProgressBars(console)) {
      if (wheels == null) {
        String wanted = platform == null ? Platform.current().name() : platform;
        folders.addAll(installer.install(wanted, progress));
      } else {
        wheels.forEach(wheel -> folders.add(installer.installFile(wheel, progress)));
      }
    }
    List<Installed> installed =
        folders.stream()
            .map(folder -> new Installed(String.valueOf(folder.getFileName()), folder))
            .toList();
    report.print(
        console,
        Map.of("installed", installed),
        out -> installed.forEach(one -> out.println(one.name + " is in " + one.path)));
    console
        .notices()
        .println(
            "npu4j: their makers' licences are beside the libraries; read them before you ship");
    return ExitCode.DONE;
  }

  @Command(name = "list", description = "List the runtimes in the cache.")
  int list(@Mixin Report report) throws IOException {
    List<CacheTable.Row> rows = CacheTable.rows(new RuntimeInstaller(Cache.standard()).list());
    report.print(console, Map.of("runtimes", rows), out -> print(out, rows));
    return ExitCode.DONE;
  }

  private static void print(PrintStream out, List<CacheTable.Row> rows) {
    if (rows.isEmpty()) {
      out.println("no runtime is installed; npu4j runtime install fetches it");
    }
    CacheTable.print(out, rows);
    out.println(
        "wanted: onnxruntime-qnn "
            + RuntimeLock.pinned().qnnVersion()
            + ", ONNX Runtime "
            + RuntimeLock.pinned().ortVersion());
  }

  @Command(name = "remove", description = "Remove runtimes from the cache.")
  int remove(
      @Parameters(arity = "1..*", paramLabel = "NAME", description = "As runtime list shows it.")
          List<String> names)
      throws IOException {
    RuntimeInstaller installer = new RuntimeInstaller(Cache.standard());
    List<String> known = installer.list().stream().map(Cache.Entry::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new RuntimeMissingException(
            "there is no runtime " + name,
            known.isEmpty() ? "none is installed" : "there are " + String.join(", ", known),
            "npu4j runtime list shows them.");
      }
    }
    for (String name : names) {
      installer.remove(name);
      console.notices().println("npu4j: removed " + name);
    }
    return ExitCode.DONE;
  }
}
