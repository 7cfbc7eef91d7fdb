package io.github.npu4j.runtime;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import io.github.npu4j.store.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A wheel of any bytes. */
class WheelFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(
            wheel(
                "onnxruntime_qnn/libQnnHtp.so",
                "onnxruntime_qnn.libs/libc++.so",
                "onnxruntime_qnn/a.py"),
            wheel("onnxruntime_qnn/../../x"))
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    Path wheel = Bounded.file("a.whl", input);
    Path folder = Bounded.file("unpacked/any", "").getParent();
    Bounded.require(
        input.length,
        () -> WheelUnpacker.unpack(wheel, folder, WheelUnpacker.layout("qnn"), Progress.NONE));
  }

  private static byte[] wheel(String... names) throws IOException {
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
