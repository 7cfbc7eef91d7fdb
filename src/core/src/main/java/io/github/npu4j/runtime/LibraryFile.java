package io.github.npu4j.runtime;

import io.github.npu4j.runtime.Platform.Cpu;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * What the head of a library file says of the processes that can load it.
 *
 * <p>On Windows on ARM64 there are hybrid libraries for processes that are translated from x64: an
 * ARM64EC library names x64 in its head, an ARM64X library names ARM64 and can be loaded by both
 * kinds of processes. Qualcomm's wheel has both in one folder.
 *
 * @param cpu the CPU that the head names; {@link Cpu#OTHER} if the file is no library known here
 * @param hybrid whether it is ARM64EC or ARM64X
 */
record LibraryFile(Cpu cpu, boolean hybrid) {

  /** e_machine of ELF-64 (gABI chapter 4) and Machine of PE/COFF (Microsoft's PE format, 3.3.1). */
  private static final int ELF_X64 = 62;

  private static final int ELF_ARM64 = 183;
  private static final int PE_X64 = 0x8664;
  private static final int PE_ARM64 = 0xAA64;

  private static final int ELF_MAGIC = 0x464C457F;
  private static final short DOS_MAGIC = 0x5A4D;
  private static final int PE_MAGIC = 0x00004550;
  private static final short PE32_PLUS = 0x20B;

  /** Offsets in a PE file, from its signature on (Microsoft's PE format, 3.3 and 3.4). */
  private static final int PE_SECTIONS = 6;

  private static final int PE_OPTIONAL_SIZE = 20;
  private static final int PE_OPTIONAL = 24;
  private static final int PE_LOAD_CONFIG = PE_OPTIONAL + 112 + 10 * 8;
  private static final int PE_SECTION_BYTES = 40;
  private static final int PE_HEAD_BYTES = 4096;

  /** Where IMAGE_LOAD_CONFIG_DIRECTORY64 points to the metadata of hybrid code (winnt.h). */
  private static final int CHPE_METADATA_POINTER = 200;

  /** Offsets in an ELF-64 file's head (gABI chapter 4), and in an entry of its program headers. */
  private static final int ELF_CLASS = 4;

  private static final byte ELF_64 = 2;
  private static final int ELF_SEGMENTS = 32;

  private static final int ELF_SECTIONS = 40;
  private static final int ELF_SEGMENT_BYTES = 54;
  private static final int ELF_SEGMENT_COUNT = 56;
  private static final int ELF_SECTION_BYTES = 58;
  private static final int ELF_SECTION_COUNT = 60;
  private static final int ELF_SEGMENT_OFFSET = 8;
  private static final int ELF_SEGMENT_FILE_SIZE = 32;
  private static final int MOST_SEGMENTS = 256;

  private static final LibraryFile UNKNOWN = new LibraryFile(Cpu.OTHER, false);

  /** Reads a library's head. */
  static LibraryFile read(Path library) throws IOException {
    try (RandomAccessFile file = open(library)) {
      ByteBuffer head = read(file, 0, 64);
      if (head.remaining() < 64) {
        return UNKNOWN;
      }
      if (head.getInt(0) == ELF_MAGIC) {
        return new LibraryFile(cpu(head.getShort(18) & 0xFFFF, ELF_X64, ELF_ARM64), false);
      }
      return head.getShort(0) == DOS_MAGIC ? readPe(file, head.getInt(60) & 0xFFFFFFFFL) : UNKNOWN;
    }
  }

  /**
   * Returns whether a library ends before the content that its head announces. Such a file loads,
   * and ends the process when a page that is not there is touched.
   */
  static boolean isCutOff(Path library) throws IOException {
    try (RandomAccessFile file = open(library)) {
      ByteBuffer head = read(file, 0, 64);
      if (head.remaining() < 64) {
        return true;
      }
      if (head.getInt(0) == ELF_MAGIC) {
        return head.get(ELF_CLASS) == ELF_64 && elfEnd(file, head) > file.length();
      }
      return head.getShort(0) == DOS_MAGIC
          && peEnd(file, head.getInt(60) & 0xFFFFFFFFL) > file.length();
    }
  }

  /** Returns where the last of an ELF file's segments and its section headers ends. */
  private static long elfEnd(RandomAccessFile file, ByteBuffer head) throws IOException {
    int bytes = head.getShort(ELF_SEGMENT_BYTES) & 0xFFFF;
    int count = Math.min(head.getShort(ELF_SEGMENT_COUNT) & 0xFFFF, MOST_SEGMENTS);
    long start = head.getLong(ELF_SEGMENTS);
    long end =
        sum(
            head.getLong(ELF_SECTIONS),
            (head.getShort(ELF_SECTION_BYTES) & 0xFFFFL)
                * (head.getShort(ELF_SECTION_COUNT) & 0xFFFF));
    if (count == 0 || bytes < ELF_SEGMENT_FILE_SIZE + 8) {
      return end;
    }
    end = Math.max(end, sum(start, (long) bytes * count));
    if (end > file.length()) {
      return end;
    }
    ByteBuffer segments = read(file, start, bytes * count);
    for (int i = 0; i < count; i++) {
      end =
          Math.max(
              end,
              sum(
                  segments.getLong(i * bytes + ELF_SEGMENT_OFFSET),
                  segments.getLong(i * bytes + ELF_SEGMENT_FILE_SIZE)));
    }
    return end;
  }

  /** Returns where the last of a PE file's sections ends. */
  private static long peEnd(RandomAccessFile file, long start) throws IOException {
    ByteBuffer pe = read(file, start, PE_HEAD_BYTES);
    if (pe.remaining() < PE_OPTIONAL || pe.getInt(0) != PE_MAGIC) {
      return Long.MAX_VALUE;
    }
    long end = 0;
    int section = PE_OPTIONAL + (pe.getShort(PE_OPTIONAL_SIZE) & 0xFFFF);
    int sections = pe.getShort(PE_SECTIONS) & 0xFFFF;
    for (int i = 0; i < sections && section + PE_SECTION_BYTES <= pe.limit(); i++) {
      long size = pe.getInt(section + 16) & 0xFFFFFFFFL;
      if (size > 0) {
        end = Math.max(end, (pe.getInt(section + 20) & 0xFFFFFFFFL) + size);
      }
      section += PE_SECTION_BYTES;
    }
    return end;
  }

  private static long sum(long offset, long bytes) {
    return offset < 0 || bytes < 0 || offset + bytes < 0 ? Long.MAX_VALUE : offset + bytes;
  }

  private static LibraryFile readPe(RandomAccessFile file, long start) throws IOException {
    ByteBuffer pe = read(file, start, PE_HEAD_BYTES);
    if (pe.remaining() <= PE_LOAD_CONFIG + 8 || pe.getInt(0) != PE_MAGIC) {
      return UNKNOWN;
    }
    Cpu cpu = cpu(pe.getShort(4) & 0xFFFF, PE_X64, PE_ARM64);
    long loadConfig = fileOffset(pe, pe.getInt(PE_LOAD_CONFIG) & 0xFFFFFFFFL);
    boolean hybrid = false;
    if (pe.getShort(PE_OPTIONAL) == PE32_PLUS && loadConfig > 0) {
      ByteBuffer config = read(file, loadConfig, CHPE_METADATA_POINTER + 8);
      hybrid =
          config.remaining() == CHPE_METADATA_POINTER + 8
              && config.getInt(0) >= CHPE_METADATA_POINTER + 8
              && config.getLong(CHPE_METADATA_POINTER) != 0;
    }
    return new LibraryFile(cpu, hybrid);
  }

  /** Returns where an address of the loaded image is in the file, or -1. */
  private static long fileOffset(ByteBuffer pe, long address) {
    int section = PE_OPTIONAL + (pe.getShort(PE_OPTIONAL_SIZE) & 0xFFFF);
    int sections = pe.getShort(PE_SECTIONS) & 0xFFFF;
    for (int i = 0; i < sections && section + PE_SECTION_BYTES <= pe.limit(); i++) {
      long virtual = pe.getInt(section + 12) & 0xFFFFFFFFL;
      long size = pe.getInt(section + 16) & 0xFFFFFFFFL;
      if (address >= virtual && address < virtual + size) {
        return (pe.getInt(section + 20) & 0xFFFFFFFFL) + address - virtual;
      }
      section += PE_SECTION_BYTES;
    }
    return -1;
  }

  /** Returns whether a process of the platform can load the library, as far as the head tells. */
  boolean fits(Platform platform) {
    if (!hybrid) {
      return cpu == platform.vm();
    }
    boolean x64 = platform.vm() == Cpu.X64;
    return platform.machine() == Cpu.ARM64 && (cpu == Cpu.ARM64 || x64);
  }

  /** Returns what the library is for, such as {@code x64} or {@code x64 on arm64}. */
  @Override
  public String toString() {
    if (!hybrid) {
      return cpu == Cpu.OTHER ? "no CPU known here" : cpu.toString();
    }
    return cpu == Cpu.ARM64 ? "arm64, and x64 on arm64" : "x64 on arm64";
  }

  private static Cpu cpu(int code, int x64, int arm64) {
    if (code == x64) {
      return Cpu.X64;
    }
    return code == arm64 ? Cpu.ARM64 : Cpu.OTHER;
  }

  private static ByteBuffer read(RandomAccessFile file, long position, int bytes)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.seek(position);
    int count = Math.max(0, file.read(buffer.array()));
    for (int more = count; more > 0 && count < bytes; count += Math.max(0, more)) {
      more = file.read(buffer.array(), count, bytes - count);
    }
    return buffer.limit(count);
  }

  /** Opens a file in a way that an interruption of this thread does not make a failure of it. */
  private static RandomAccessFile open(Path library) throws IOException {
    return new RandomAccessFile(library.toFile(), "r");
  }
}
