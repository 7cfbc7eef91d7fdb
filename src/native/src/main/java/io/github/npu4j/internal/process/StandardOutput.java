package io.github.npu4j.internal.process;

import io.github.npu4j.internal.ffm.Downcall;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;

/**
 * The process's standard output, kept apart from what native libraries print.
 *
 * <p>Qualcomm's libraries write lines to file descriptor 1 without meaning for the user. {@link
 * #claim} duplicates that descriptor for this stream and points number 1 at the null device, or at
 * standard error for whoever looks for a fault, so that only what is written here reaches the
 * reader of the results. It stands on {@code dup}, {@code dup2}, {@code creat} and {@code write} of
 * the C library ({@code _dup}, {@code _dup2}, {@code _creat}, {@code _write} of the universal C
 * runtime on Windows, where {@code _dup2} also moves the standard handle).
 *
 * <p>The change lasts as long as the process. Not safe for several threads at once; the {@link
 * java.io.PrintStream} around it is.
 */
@SuppressWarnings("restricted") // the command grants itself native access
public final class StandardOutput extends OutputStream {

  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  /** {@code _O_BINARY} of the universal C runtime: no carriage returns are put in. */
  private static final int WINDOWS_BINARY = 0x8000;

  /** {@code S_IWUSR}, and {@code _S_IWRITE} of the universal C runtime. */
  private static final int WRITABLE = 0x80;

  private static final int BUFFER_BYTES = 8192;

  private final MemorySegment write;
  private final int descriptor;
  private final MemorySegment buffer = Arena.global().allocate(BUFFER_BYTES);

  private StandardOutput(MemorySegment write, int descriptor) {
    this.write = write;
    this.descriptor = descriptor;
  }

  /**
   * Takes descriptor 1 for this stream alone.
   *
   * @param heard whether what native libraries print goes to standard error; else it is dropped
   * @throws IOException if the C library refuses; nothing has changed then
   */
  public static OutputStream claim(boolean heard) throws IOException {
    return System.getProperty("os.name", "").startsWith("Windows")
        ? claim(SymbolLookup.libraryLookup("ucrtbase", Arena.global()), "_", heard)
        : claim(Linker.nativeLinker().defaultLookup(), "", heard);
  }

  private static OutputStream claim(SymbolLookup c, String prefix, boolean heard)
      throws IOException {
    MemorySegment dup2 = c.findOrThrow(prefix + "dup2");
    MemorySegment write = c.findOrThrow(prefix + "write");
    int saved = call(c.findOrThrow(prefix + "dup"), STANDARD_OUTPUT, 0, 0);
    if (saved < 0) {
      throw new IOException("standard output is closed");
    }
    if (!prefix.isEmpty()) {
      call(c.findOrThrow("_setmode"), saved, WINDOWS_BINARY, 0);
    }
    int nobody = heard ? -1 : nullDevice(c, prefix);
    if (call(dup2, nobody < 0 ? STANDARD_ERROR : nobody, STANDARD_OUTPUT, 0) < 0) {
      throw new IOException("standard error is closed");
    }
    return new StandardOutput(write, saved);
  }

  /** Opens what swallows all that is written to it; returns a number below 0 if there is none. */
  private static int nullDevice(SymbolLookup c, String prefix) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment name = scratch.allocateFrom(prefix.isEmpty() ? "/dev/null" : "NUL");
      return call(c.findOrThrow(prefix + "creat"), name.address(), WRITABLE, 0);
    }
  }

  /** Calls a C function whose result fits an {@code int}, by the shape that all others share. */
  private static int call(MemorySegment function, long a, long b, long c) {
    return (int) Downcall.words(function, a, b, c, 0, 0, 0, 0, 0);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int chunk = Math.min(length - done, BUFFER_BYTES);
      MemorySegment.copy(bytes, offset + done, buffer, ValueLayout.JAVA_BYTE, 0, chunk);
      int written = call(write, descriptor, buffer.address(), chunk);
      if (written < 0) {
        throw new IOException("standard output is closed or full");
      }
      done += written;
    }
  }
}
