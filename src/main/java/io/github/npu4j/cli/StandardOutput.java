package io.github.npu4j.cli;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The process's standard output, kept apart from what native libraries print.
 *
 * <p>Qualcomm's libraries write lines to file descriptor 1. {@link #claim()} duplicates that
 * descriptor for this stream and points number 1 at standard error, so that only what is written
 * here reaches the reader of the results. It stands on {@code dup}, {@code dup2} and {@code write}
 * of the C library ({@code _dup}, {@code _dup2}, {@code _write} of the universal C runtime on
 * Windows, where {@code _dup2} also moves the standard handle).
 *
 * <p>The change lasts as long as the process. Not safe for several threads at once; the {@link
 * java.io.PrintStream} around it is.
 */
@SuppressWarnings("restricted") // the command grants itself native access
final class StandardOutput extends OutputStream {

  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  /** {@code _O_BINARY} of the universal C runtime: no carriage returns are put in. */
  private static final int WINDOWS_BINARY = 0x8000;

  private static final int BUFFER_BYTES = 8192;

  private final MethodHandle write;
  private final int descriptor;
  private final MemorySegment buffer = Arena.global().allocate(BUFFER_BYTES);

  private StandardOutput(MethodHandle write, int descriptor) {
    this.write = write;
    this.descriptor = descriptor;
  }

  /**
   * Takes descriptor 1 for this stream alone.
   *
   * @throws IOException if the C library refuses; nothing has changed then
   */
  static OutputStream claim() throws IOException {
    return System.getProperty("os.name", "").startsWith("Windows")
        ? claim(SymbolLookup.libraryLookup("ucrtbase", Arena.global()), "_", JAVA_INT)
        : claim(Linker.nativeLinker().defaultLookup(), "", JAVA_LONG);
  }

  private static OutputStream claim(SymbolLookup c, String prefix, MemoryLayout size)
      throws IOException {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor two = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);
    MethodHandle dup =
        linker.downcallHandle(
            c.findOrThrow(prefix + "dup"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    MethodHandle dup2 = linker.downcallHandle(c.findOrThrow(prefix + "dup2"), two);
    MethodHandle write =
        linker.downcallHandle(
            c.findOrThrow(prefix + "write"), FunctionDescriptor.of(size, JAVA_INT, ADDRESS, size));
    try {
      int saved = (int) dup.invokeExact(STANDARD_OUTPUT);
      if (saved < 0) {
        throw new IOException("standard output is closed");
      }
      if (!prefix.isEmpty()) {
        var _ =
            (int)
                linker
                    .downcallHandle(c.findOrThrow("_setmode"), two)
                    .invokeExact(saved, WINDOWS_BINARY);
      }
      if ((int) dup2.invokeExact(STANDARD_ERROR, STANDARD_OUTPUT) < 0) {
        throw new IOException("standard error is closed");
      }
      return new StandardOutput(write.asType(write.type().changeReturnType(long.class)), saved);
    } catch (IOException refused) {
      throw refused;
    } catch (Throwable thrown) {
      throw new IOException("can't set standard output aside", thrown);
    }
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
      long written;
      try {
        written = (long) write.invoke(descriptor, buffer, chunk);
      } catch (Throwable thrown) {
        throw new IOException("can't write to standard output", thrown);
      }
      if (written < 0) {
        throw new IOException("standard output is closed or full");
      }
      done += (int) written;
    }
  }
}
