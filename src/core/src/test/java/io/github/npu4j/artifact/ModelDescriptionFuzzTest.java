package io.github.npu4j.artifact;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An {@code npu4j.json} of any bytes. */
class ModelDescriptionFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(
            "{\"kind\":\"embedding\",\"family\":\"bert\",\"pooling\":[\"mean\"],\"normalized\":true,\"dimensions\":384,\"maximumTokens\":256,\"queryPrefix\":\"query: \"}"
                .getBytes(StandardCharsets.UTF_8))
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    Bounded.require(input.length, () -> ModelDescription.parse(input, "npu4j.json"));
  }
}
