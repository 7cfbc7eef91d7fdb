package io.github.npu4j.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Small archives in a wheel's layout. */
final class Wheels {

  private Wheels() {}

  /** Writes an archive of entries, each holding its own name. */
  static Path of(Path file, String... entries) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(entry.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return file;
  }

  /** Writes what looks like Qualcomm's wheel. */
  static Path qnn(Path file) throws IOException {
    return of(
        file,
        "onnxruntime_qnn/__init__.py",
        "onnxruntime_qnn/libQnnHtp.so",
        "onnxruntime_qnn/Qualcomm_LICENSE.pdf",
        "onnxruntime_qnn.libs/libc++.so.1",
        "onnxruntime_qnn-2.7.0.dist-info/METADATA");
  }
}
