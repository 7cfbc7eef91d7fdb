package io.github.npu4j.runtime;

import io.github.npu4j.runtime.Platform.Cpu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files that begin as libraries do, and settings that are no one's. */
final class FakeLibraries {

  private FakeLibraries() {}

  static Path elf(Path file, Cpu cpu) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    head.put(new byte[] {0x7F, 'E', 'L', 'F'});
    head.putShort(18, (short) (cpu == Cpu.X64 ? 62 : 183));
    return write(file, head);
  }

  static Path pe(Path file, Cpu cpu) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
    head.put(new byte[] {'M', 'Z'});
    head.putInt(60, 128);
    head.position(128);
    head.put(new byte[] {'P', 'E', 0, 0});
    head.putShort(132, (short) (cpu == Cpu.X64 ? 0x8664 : 0xAA64));
    return write(file, head);
  }

  private static Path write(Path file, ByteBuffer content) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, content.array());
  }

  /** Settings of properties and variables by name, whichever they are. */
  static Settings settings(String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Settings() {
      @Override
      public @Nullable String property(String name) {
        return values.get(name);
      }

      @Override
      public @Nullable String variable(String name) {
        return values.get(name);
      }
    };
  }
}
