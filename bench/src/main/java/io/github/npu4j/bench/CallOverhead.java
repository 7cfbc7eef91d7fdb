package io.github.npu4j.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What one run of a graph that does next to nothing costs through each binding of ONNX Runtime. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CallOverhead {

  /** The graphs, by their names. */
  static final List<String> SUBJECTS =
      List.of("add-384", "identity-16", "identity-256", "identity-4096");

  @Param({"add-384", "identity-16", "identity-256", "identity-4096"})
  String subject;

  @Param({"ffm", "java-pinned", "java-usual"})
  String rival;

  private OrtCaller caller;

  /** Opens the model, and refuses to time a rival that answers wrongly. */
  @Setup
  public void open() throws Exception {
    Path model = Path.of(System.getProperty("bench.models"), subject + ".onnx");
    caller =
        switch (rival) {
          case "ffm" -> new FfmCaller(model);
          case "java-pinned" -> new JavaPinnedCaller(model);
          case "java-usual" -> new JavaUsualCaller(model);
          default -> throw new IllegalArgumentException(rival);
        };
    caller.run();
    Expected.check(subject, caller.output());
  }

  @TearDown
  public void close() throws Exception {
    caller.close();
  }

  @Benchmark
  public void run() throws Exception {
    caller.run();
  }
}
