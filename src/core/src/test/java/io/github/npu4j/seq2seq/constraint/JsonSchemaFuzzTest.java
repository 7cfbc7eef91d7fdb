package io.github.npu4j.seq2seq.constraint;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A JSON schema of any bytes. */
class JsonSchemaFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(
            "{\"type\":\"object\",\"properties\":{\"intent\":{\"enum\":[\"a\",\"b\"]},\"n\":{\"type\":\"integer\",\"minimum\":-3,\"maximum\":12},\"l\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":5},\"maxItems\":3}},\"required\":[\"intent\"],\"additionalProperties\":false}"
                .getBytes(StandardCharsets.UTF_8),
            "{\"anyOf\":[{\"type\":\"null\"},{\"const\":1.5},{\"type\":\"boolean\"}]}"
                .getBytes(StandardCharsets.UTF_8))
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    String schema = new String(input, StandardCharsets.UTF_8);
    Bounded.require(input.length, () -> new JsonSchema(true).documents(schema));
  }
}
