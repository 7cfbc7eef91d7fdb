package io.github.npu4j.compile;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An archive of any bytes. */
class ZipFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(zip("m/model.onnx", "m/model.bin"), zip("../x"), zip("__MACOSX/._a", "a.bin"))
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    Path archive = Bounded.file("a.zip", input);
    Path folder = Bounded.file("unzipped/any", "").getParent();
    Bounded.require(input.length, () -> SafeZip.unpack(archive, _ -> true, folder));
  }

  private static byte[] zip(String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(name.getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }
}
