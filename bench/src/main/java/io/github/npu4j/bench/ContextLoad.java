package io.github.npu4j.bench;

import java.io.IOException;
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
import org.openjdk.jmh.annotations.Warmup;

/** Opening and closing a compiled model, from the page cache, in a process that did it before. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 20)
@Measurement(iterations = 20)
@Fork(1)
public class ContextLoad {

  @Param("minilm-128")
  String subject;

  @Param({"direct", "direct-hashed", "hashes-alone", "ort-epcontext"})
  String rival;

  private Loader loader;
  private Path binary;

  @Setup
  public void choose() {
    loader = Loader.of(rival);
    binary = Path.of(System.getProperty("bench.context"));
  }

  @Benchmark
  public void loadAndClose() throws IOException {
    loader.load(binary);
  }
}
