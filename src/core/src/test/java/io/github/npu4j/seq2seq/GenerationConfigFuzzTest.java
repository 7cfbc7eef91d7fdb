package io.github.npu4j.seq2seq;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A {@code generation_config.json} of any bytes. */
class GenerationConfigFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(
            "{\"decoder_start_token_id\":0,\"eos_token_id\":[1,2],\"pad_token_id\":0,\"max_new_tokens\":20,\"num_beams\":4,\"do_sample\":false,\"temperature\":0.7,\"top_k\":50,\"top_p\":0.9,\"repetition_penalty\":1.2,\"no_repeat_ngram_size\":3,\"bad_words_ids\":[[5],[6,7]],\"length_penalty\":2.0,\"early_stopping\":\"never\",\"forced_bos_token_id\":3,\"suppress_tokens\":[9],\"sequence_bias\":[[[5,6],-2.0]],\"stop_strings\":[\"x\"]}"
                .getBytes(StandardCharsets.UTF_8))
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    Path folder = Bounded.file("config/generation_config.json", input).getParent();
    Bounded.require(input.length, () -> GenerationConfig.read(folder));
  }
}
