package io.github.npu4j.checkpoint;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The index of a sharded checkpoint, of any bytes. */
class ShardIndexFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(
            "{\"metadata\":{\"total_size\":8},\"weight_map\":{\"a\":\"a.safetensors\",\"b\":\"../b.safetensors\"}}"
                .getBytes(StandardCharsets.UTF_8))
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    Path index = Bounded.file("shards/model.safetensors.index.json", input);
    Bounded.require(input.length, () -> ShardedTensors.open(index, Safetensors::open).close());
  }
}
