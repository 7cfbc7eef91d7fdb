package io.github.npu4j.cli.use;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Report;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = {
      "Show the way of a model to the NPU: fetch, compile, load, embed, compare with the CPU.",
      "Fetches the runtime and MiniLM if they are not here, compiles MiniLM, loads the context "
          + "binary straight into HTP (Qualcomm's emulator of it on an x64 machine), embeds a "
          + "question and three sentences, and compares with ONNX Runtime on the CPU."
    },
    footer = {
      "",
      "Exit code 1 if the embeddings don't agree with the CPU's.",
      "To keep what it makes: npu4j compile minilm --seq 32 -o FOLDER"
    })
public final class DemoCommand implements Callable<Integer> {

  private final Console console;

  @Option(
      names = "--soc",
      paramLabel = "SOC",
      defaultValue = "x-elite",
      description = "x-elite (default), x2-elite, or QNN's number of an SoC.")
  private String soc = Soc.X_ELITE.name();

  @Mixin private Report report = new Report();

  public DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    Demo.DemoReport result = new Demo(Cache.standard(), Soc.parse(soc), console).run();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    report.print(console, result, out -> print(result, took, out));
    return result.parity() >= Demo.COSINE_NEEDED ? ExitCode.DONE : ExitCode.CHECK_FAILED;
  }

  private static void print(Demo.DemoReport result, Duration took, PrintStream out) {
    boolean emulated = result.device() == Device.EMULATOR;
    out.println();
    row(
        out,
        "context binary",
        megabytes(result.binaryBytes()),
        "fp16, 1 x "
            + result.tokens()
            + " tokens, for "
            + result.soc()
            + "; the ONNX model has "
            + megabytes(result.onnxBytes()));
    row(
        out,
        "compile",
        result.compile().isZero() ? "-" : seconds(result.compile()),
        result.compile().isZero()
            ? "taken from the cache: the same model was compiled earlier"
            : "by ONNX Runtime with the QNN execution provider, on this machine");
    row(out, "load", millis(result.load().totalNanos()), phases(result));
    row(
        out,
        "execute",
        millis(result.execute().toNanos()),
        emulated
            ? "a text to its vector in the EMULATOR: says nothing about the speed of an NPU"
            : "a text to its vector on the NPU");
    row(
        out,
        "CPU",
        millis(result.cpu().toNanos()),
        "a text to its vector by ONNX Runtime in fp32 on this machine");
    row(
        out,
        "parity",
        String.format(Locale.ROOT, "%.6f", result.parity()),
        "worst cosine of an embedding with the CPU's; "
            + (result.parity() >= Demo.COSINE_NEEDED ? "agrees" : "DOES NOT AGREE")
            + " (at least "
            + Demo.COSINE_NEEDED
            + ")");
    out.println();
    out.println("question: " + result.question());
    for (Demo.Answer answer : result.answers()) {
      out.printf(Locale.ROOT, "  %6.3f  %s%n", answer.cosine(), answer.sentence());
    }
    out.println();
    out.printf(Locale.ROOT, "done in %.1f s%n", took.toNanos() / 1e9);
  }

  private static String phases(Demo.DemoReport result) {
    var load = result.load();
    return String.format(
        Locale.ROOT,
        "by QNN alone: mapped %.1f, hashed %.1f, introspected %.1f, created %.1f, graphs %.1f",
        load.nanos("map") / 1e6,
        load.nanos("hash") / 1e6,
        load.nanos("introspect") / 1e6,
        load.nanos("create") / 1e6,
        load.nanos("retrieve") / 1e6);
  }

  private static void row(PrintStream out, String what, String figure, String words) {
    out.printf(Locale.ROOT, "  %-15s %10s   %s%n", what, figure, words);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toNanos() / 1e9);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
  }
}
