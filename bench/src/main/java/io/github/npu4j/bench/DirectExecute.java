package io.github.npu4j.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
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

/** What {@code graphExecute} costs its caller, over a backend in C that does nothing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DirectExecute {

  @Param({"mlp", "add-384", "identity-16", "identity-256", "identity-4096"})
  String subject;

  @Param("direct")
  String rival;

  private DirectCaller caller;

  /** Opens the graph, and refuses to time calls that do not arrive with the buffers bound. */
  @Setup
  public void open() throws IOException {
    Path backend = Path.of(System.getProperty("bench.noop"));
    caller =
        new DirectCaller(
            backend,
            Path.of(System.getProperty("bench.system")),
            Path.of(System.getProperty("bench.models"), subject, "htp", "x-elite", "model.bin"));
    long before = word(backend, "npu4j_noop_executions");
    caller.run();
    if (word(backend, "npu4j_noop_executions") != before + 1
        || word(backend, "npu4j_noop_input") != caller.input().address()
        || word(backend, "npu4j_noop_output") != caller.output().address()) {
      throw new IllegalStateException("the call did not arrive as it was made; nothing is timed");
    }
  }

  private static long word(Path backend, String symbol) {
    MemorySegment variable =
        SymbolLookup.libraryLookup(backend, Arena.global()).findOrThrow(symbol);
    return variable.reinterpret(Long.BYTES).get(ValueLayout.JAVA_LONG, 0);
  }

  @TearDown
  public void close() {
    caller.close();
  }

  @Benchmark
  public void run() {
    caller.run();
  }
}
