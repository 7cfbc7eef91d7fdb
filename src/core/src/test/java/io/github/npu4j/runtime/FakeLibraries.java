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
    return write(file, peHead(cpu, 0));
  }

  /** ARM64EC names x64 in its head, ARM64X names ARM64. */
  static Path hybrid(Path file, Cpu cpu) throws IOException {
    return write(file, peHead(cpu, 0x180633088L));
  }

  /** One section that begins at address 0x1000 and holds the load configuration at its start. */
  private static ByteBuffer peHead(Cpu cpu, long hybridMetadata) {
    int pe = 128;
    int optional = pe + 24;
    int section = optional + 240;
    int content = 1024;
    ByteBuffer head = ByteBuffer.allocate(2048).order(ByteOrder.LITTLE_ENDIAN);
    head.put(0, new byte[] {'M', 'Z'});
    head.putInt(60, pe);
    head.put(pe, new byte[] {'P', 'E', 0, 0});
    head.putShort(pe + 4, (short) (cpu == Cpu.X64 ? 0x8664 : 0xAA64));
    head.putShort(pe + 6, (short) 1);
    head.putShort(pe + 20, (short) 240);
    head.putShort(optional, (short) 0x20B);
    head.putInt(optional + 112 + 80, 0x1000);
    head.putInt(section + 12, 0x1000);
    head.putInt(section + 16, 1024);
    head.putInt(section + 20, content);
    head.putInt(content, 320);
    head.putLong(content + 200, hybridMetadata);
    return head;
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
