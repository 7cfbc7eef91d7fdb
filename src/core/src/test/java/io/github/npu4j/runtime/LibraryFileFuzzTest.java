package io.github.npu4j.runtime;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The head of a native library, of any bytes. */
class LibraryFileFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(head(0x7f, 'E', 'L', 'F', 2, 1, 1), head('M', 'Z'))
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    Path library = Bounded.file("libany.so", input);
    Bounded.require(
        input.length,
        () -> {
          LibraryFile.read(library);
          LibraryFile.isCutOff(library);
        });
  }

  private static byte[] head(int... first) {
    byte[] head = new byte[256];
    for (int i = 0; i < first.length; i++) {
      head[i] = (byte) first[i];
    }
    return head;
  }
}
