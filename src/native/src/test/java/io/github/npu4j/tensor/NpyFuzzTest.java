package io.github.npu4j.tensor;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** NumPy's arrays of any bytes. */
class NpyFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(array("|u1", "(2,)"), array("<f4", "(1, 3)"), array("<i8", "()"))
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    Path file = Bounded.file("a.npy", input);
    Bounded.require(
        input.length,
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            Npy.read(file, arena);
          }
        });
  }

  private static byte[] array(String type, String shape) {
    String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
    String padded = header + " ".repeat(117 - header.length()) + "\n";
    byte[] head = ("\u0093NUMPY\u0001\u0000v\u0000" + padded).getBytes(StandardCharsets.ISO_8859_1);
    int bytes = type.equals("|u1") ? 2 : type.equals("<f4") ? 12 : 8;
    return java.util.Arrays.copyOf(head, head.length + bytes);
  }
}
