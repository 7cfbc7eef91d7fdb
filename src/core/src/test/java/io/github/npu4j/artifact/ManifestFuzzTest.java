package io.github.npu4j.artifact;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A manifest of any text that bears its own hash. */
class ManifestFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(ManifestFormat.format(ManifestTest.EXAMPLE))
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    boolean sealable = text.length() == input.length && text.startsWith("{\n  \"sha256\" : \"");
    byte[] forged = sealable && input.length > 90 ? ManifestFormat.sealed(text) : input;
    Bounded.require(input.length, () -> ManifestFormat.parse(forged, "a.manifest.json"));
  }
}
