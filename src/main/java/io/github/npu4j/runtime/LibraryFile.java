package io.github.npu4j.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads from the head of a library file which CPU it is for. */
final class LibraryFile {

  /** e_machine of ELF-64 (gABI chapter 4) and Machine of PE/COFF (Microsoft's PE format, 3.3.1). */
  private static final int ELF_X64 = 62;

  private static final int ELF_ARM64 = 183;
  private static final int PE_X64 = 0x8664;
  private static final int PE_ARM64 = 0xAA64;

  private static final int ELF_MAGIC = 0x464C457F;
  private static final short DOS_MAGIC = 0x5A4D;
  private static final int PE_MAGIC = 0x00004550;

  private LibraryFile() {}

  /**
   * Returns the CPU that a library is for, or {@link Platform.Cpu#OTHER} if it is no library of a
   * known kind. An ARM64EC library, which x64 processes load, says x64.
   */
  static Platform.Cpu cpu(Path library) throws IOException {
    try (SeekableByteChannel file = Files.newByteChannel(library)) {
      ByteBuffer head = read(file, 0, 64);
      if (head.remaining() == 64 && head.getInt(0) == ELF_MAGIC) {
        return machine(head.getShort(18) & 0xFFFF, ELF_X64, ELF_ARM64);
      }
      if (head.remaining() == 64 && head.getShort(0) == DOS_MAGIC) {
        ByteBuffer pe = read(file, head.getInt(60) & 0xFFFFFFFFL, 6);
        if (pe.remaining() == 6 && pe.getInt(0) == PE_MAGIC) {
          return machine(pe.getShort(4) & 0xFFFF, PE_X64, PE_ARM64);
        }
      }
      return Platform.Cpu.OTHER;
    }
  }

  private static Platform.Cpu machine(int code, int x64, int arm64) {
    if (code == x64) {
      return Platform.Cpu.X64;
    }
    return code == arm64 ? Platform.Cpu.ARM64 : Platform.Cpu.OTHER;
  }

  private static ByteBuffer read(SeekableByteChannel file, long position, int bytes)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.position(position);
    while (buffer.hasRemaining() && file.read(buffer) >= 0) {
      // until full or at the end
    }
    return buffer.flip();
  }
}
