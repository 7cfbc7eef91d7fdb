package io.github.npu4j.qnn;

import static io.github.npu4j.internal.ffm.Fields.pointer;
import static io.github.npu4j.internal.ffm.Fields.within;
import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.internal.ffm.Downcall;
import io.github.npu4j.qnn.abi.BinaryInfoReader;
import io.github.npu4j.qnn.abi.InterfaceLookup;
import io.github.npu4j.qnn.abi.QnnFunctions;
import io.github.npu4j.qnn.abi.VersionReader;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.qnn.info.QnnVersion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * QNN's system library: it reads context binaries without a backend or a device.
 *
 * <p>May be shared between threads. Holds nothing that would have to be closed: the library stays
 * for the process.
 */
@SuppressWarnings("restricted") // the table is sized by what its version promises
public final class QnnSystem {

  /** How many slots of the table are used; versions disagree about what follows. */
  private static final int SLOTS = 4;

  private final MemorySegment table;
  private final String provider;
  private final QnnVersion version;
  private final @Nullable SystemTrial trial;

  private QnnSystem(
      MemorySegment table, String provider, QnnVersion version, @Nullable SystemTrial trial) {
    this.table = table;
    this.provider = provider;
    this.version = version;
    this.trial = trial;
  }

  /**
   * Loads the library, or uses it if the process has it already.
   *
   * <p>A library whose interface version is not among those tried is not trusted with this process:
   * each file is first read in a child process.
   *
   * @param library the path of {@code libQnnSystem.so} or {@code QnnSystem.dll}
   * @throws io.github.npu4j.error.RuntimeMissingException if the library is absent or refused
   */
  public static QnnSystem load(Path library) {
    MemorySegment provider = InterfaceLookup.ofSystem(library);
    QnnVersion version = version(provider);
    return of(provider, SystemTrial.isKnown(version) ? null : new SystemTrial(library, version));
  }

  /** Uses the library although its interface version is not known; for the child process. */
  static QnnSystem loadUntried(Path library) {
    return of(InterfaceLookup.ofSystem(library), null);
  }

  /** Uses a {@code QnnSystemInterface_t} from anywhere. */
  static QnnSystem of(MemorySegment provider) {
    return of(provider, null);
  }

  private static QnnSystem of(MemorySegment provider, @Nullable SystemTrial trial) {
    long headBytes = QnnSystemInterface_Head_t_bytes();
    MemorySegment whole = provider.reinterpret(headBytes + SLOTS * ValueLayout.ADDRESS.byteSize());
    return new QnnSystem(
        whole.asSlice(headBytes),
        CStrings.read(pointer(whole, QnnSystemInterface_Head_t_providerName())),
        version(provider),
        trial);
  }

  private static QnnVersion version(MemorySegment provider) {
    return VersionReader.read(
        within(
            provider.reinterpret(QnnSystemInterface_Head_t_bytes()),
            QnnSystemInterface_Head_t_systemApiVersion()));
  }

  /** Returns the version of the library's interface. */
  public QnnVersion version() {
    return version;
  }

  /** Returns the library's name of itself. */
  public String provider() {
    return provider;
  }

  /**
   * Reads what is inside a context binary: {@code QnnSystemContext_getBinaryInfo}.
   *
   * <p>The memory is only read, and not needed afterwards.
   *
   * <p>The library trusts what it reads: a file with one changed byte near its start can end this
   * process. A file that is not trusted is better read in a child process first, as the engines and
   * commands of npu4j do.
   *
   * @param binary the whole file in native memory, such as a mapping of it
   * @throws NativeCallException if the library refuses it, as it does with most structural damage
   * @throws io.github.npu4j.error.IncompatibleModelException if it is of a kind npu4j can't use
   * @throws io.github.npu4j.error.BadModelException if its description makes no sense
   * @throws BadInputException if the memory is on the heap or empty
   */
  public ContextBinary read(MemorySegment binary) {
    requireNative(binary);
    if (trial != null) {
      trial.read(binary);
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(ValueLayout.ADDRESS);
      check("QnnSystemContext_create", call(slot(QnnSystemInterface_systemContextCreate()), out));
      MemorySegment context = out.get(ValueLayout.ADDRESS, 0);
      try {
        return read(context, binary, scratch);
      } finally {
        check("QnnSystemContext_free", call(slot(QnnSystemInterface_systemContextFree()), context));
      }
    }
  }

  private ContextBinary read(MemorySegment context, MemorySegment binary, Arena scratch) {
    MemorySegment info = scratch.allocate(ValueLayout.ADDRESS);
    MemorySegment infoSize = scratch.allocate(ValueLayout.JAVA_LONG);
    check(
        "QnnSystemContext_getBinaryInfo",
        Downcall.holding(
            slot(QnnSystemInterface_systemContextGetBinaryInfo()),
            context.address(),
            binary.address(),
            binary.byteSize(),
            info.address(),
            infoSize.address(),
            0,
            0,
            0,
            QnnFunctions.held(binary)));
    return BinaryInfoReader.read(info.get(ValueLayout.ADDRESS, 0));
  }

  private MemorySegment slot(int number) {
    return table.getAtIndex(ValueLayout.ADDRESS, number);
  }

  private static long call(MemorySegment function, MemorySegment argument) {
    return Downcall.words(function, argument.address(), 0, 0, 0, 0, 0, 0, 0);
  }

  private static void check(String function, long answer) {
    if (answer != 0) {
      throw QnnFunctions.error(function, answer, "");
    }
  }

  static void requireNative(MemorySegment binary) {
    if (!binary.isNative() || binary.byteSize() == 0) {
      throw new BadInputException(
          "can't read this context binary",
          binary.isNative() ? "it is empty" : "it is on the Java heap, out of native code's reach",
          "Map the file: FileChannel.map(READ_ONLY, 0, size, arena).");
    }
  }
}
