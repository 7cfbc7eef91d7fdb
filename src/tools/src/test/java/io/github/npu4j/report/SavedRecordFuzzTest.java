package io.github.npu4j.report;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A saved benchmark of any bytes. */
class SavedRecordFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(seed(MadeUpRuns.embed("m", 1)), seed(MadeUpRuns.load("m")))
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    Path file = Bounded.file("run.json", input);
    Bounded.require(input.length, () -> BenchmarkRecord.read(file));
  }

  private static byte[] seed(BenchmarkRecord run) throws IOException {
    Path file = Bounded.file("seed.json", "");
    run.write(file);
    return Files.readAllBytes(file);
  }
}
