package io.github.npu4j.onnx;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An ONNX model of any bytes; what is read is written and read again. */
class OnnxModelFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(OnnxModelHostileTest.seed()).map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    Path file = Bounded.file("model.onnx", input);
    Bounded.require(input.length, () -> OnnxModelHostileTest.use(OnnxModel.read(file)));
  }
}
