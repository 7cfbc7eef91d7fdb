package io.github.npu4j.tokenizer.sentencepiece;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import io.github.npu4j.testing.SpieceProtos;
import io.github.npu4j.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A SentencePiece model of any bytes. */
class SentencePieceFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(
            SpieceProtos.t5().piece("\u2581he", -1).piece("llo", -2).piece("\u2581", -3).build())
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    Path file = Bounded.file("spiece.model", input);
    Bounded.require(
        input.length,
        () -> {
          try (Tokenizer tokenizer = Tokenizer.open(file)) {
            tokenizer.decode(tokenizer.encode("Hello  world 12\u00e9\ud83d\ude00", 64).ids());
          }
        });
  }
}
