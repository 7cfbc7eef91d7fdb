package io.github.npu4j.checkpoint;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pickled checkpoints: any pickle, in a whole zip. */
class PickleFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(PickleTensorsTest.seed(), new byte[] {(byte) 0x80, 2, '}', '.'})
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    Path file = Bounded.file("pytorch_model.bin", PickleTensorsTest.archive(input));
    Bounded.require(
        input.length,
        () -> {
          try (TensorSource tensors = PickleTensors.open(file)) {
            tensors.names().forEach(name -> Weight.of(tensors, name));
          }
        });
  }
}
