package io.github.npu4j.qnn.abi;

import static io.github.npu4j.internal.ffm.Fields.i32;
import static io.github.npu4j.internal.ffm.Fields.pointer;
import static io.github.npu4j.internal.ffm.Fields.within;
import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.internal.ffm.Downcall;
import io.github.npu4j.qnn.info.QnnVersion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The core interface of one QNN backend: every function npu4j calls, each checked.
 *
 * <p>A function that answers with an error becomes a {@link NativeCallException}; a slot that the
 * library left empty becomes one too. Functions that make something return its handle.
 */
@SuppressWarnings("restricted") // what the library returns is sized by what its interface promises
public final class QnnFunctions {

  /** The version whose slots are declared. The table of a newer 2.x only grows at its end. */
  private static final QnnVersion OLDEST = new QnnVersion(2, 37, 0);

  /** How many slots that version has. */
  private static final int SLOTS = 72;

  private static final MemorySegment NULL = MemorySegment.NULL;

  private final MemorySegment table;
  private final String provider;
  private final int backendId;
  private final QnnVersion core;

  /**
   * Reads a provider's table.
   *
   * @param provider a {@code QnnInterface_t}; it stays valid as long as the library is loaded
   * @throws RuntimeMissingException if its version is not one whose slots are known
   */
  public QnnFunctions(MemorySegment provider) {
    MemorySegment head =
        provider.reinterpret(QnnInterface_Head_t_bytes() + SLOTS * ValueLayout.ADDRESS.byteSize());
    this.core =
        VersionReader.read(
            within(
                within(head, QnnInterface_Head_t_apiVersion()), Qnn_ApiVersion_t_coreApiVersion()));
    this.backendId = i32(head, QnnInterface_Head_t_backendId());
    this.provider = CStrings.read(pointer(head, QnnInterface_Head_t_providerName()));
    if (core.major() != OLDEST.major() || core.compareTo(OLDEST) < 0) {
      throw new RuntimeMissingException(
          "can't use the QNN backend " + this.provider,
          "its core interface is version " + core + " and npu4j knows 2.37 and newer 2.x",
          "Install the runtime npu4j is tested with: npu4j runtime install.");
    }
    this.table = head.asSlice(QnnInterface_Head_t_bytes());
  }

  public String provider() {
    return provider;
  }

  public int backendId() {
    return backendId;
  }

  public QnnVersion core() {
    return core;
  }

  // ---- backend, device, log

  /** Returns the answer as it is: a backend that knows the property says no by an error code. */
  public boolean hasCapability(int key) {
    return call("QnnProperty_hasCapability", slot(QnnInterface_propertyHasCapability()), key) == 0;
  }

  public MemorySegment createLog(MemorySegment callback, int level) {
    return make("QnnLog_create", slot(QnnInterface_logCreate()), callback.address(), level);
  }

  public void setLogLevel(MemorySegment log, int level) {
    run("QnnLog_setLogLevel", slot(QnnInterface_logSetLogLevel()), log.address(), level);
  }

  public void freeLog(MemorySegment log) {
    run("QnnLog_free", slot(QnnInterface_logFree()), log.address());
  }

  public MemorySegment createBackend(MemorySegment log) {
    return make("QnnBackend_create", slot(QnnInterface_backendCreate()), log.address(), 0);
  }

  /** Returns the version of what the backend adds to the core interface. */
  public QnnVersion backendApiVersion() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment version = scratch.allocate(Qnn_ApiVersion_t_bytes(), Long.BYTES);
      run("QnnBackend_getApiVersion", slot(QnnInterface_backendGetApiVersion()), version.address());
      return VersionReader.read(within(version, Qnn_ApiVersion_t_backendApiVersion()));
    }
  }

  public String buildId() {
    return CStrings.read(make("QnnBackend_getBuildId", slot(QnnInterface_backendGetBuildId())));
  }

  public void freeBackend(MemorySegment backend) {
    run("QnnBackend_free", slot(QnnInterface_backendFree()), backend.address());
  }

  public MemorySegment createDevice(MemorySegment log, MemorySegment configs) {
    return make(
        "QnnDevice_create", slot(QnnInterface_deviceCreate()), log.address(), configs.address());
  }

  public void freeDevice(MemorySegment device) {
    run("QnnDevice_free", slot(QnnInterface_deviceFree()), device.address());
  }

  public MemorySegment platformInfo(MemorySegment log) {
    return make(
        "QnnDevice_getPlatformInfo", slot(QnnInterface_deviceGetPlatformInfo()), log.address());
  }

  public void freePlatformInfo(MemorySegment log, MemorySegment info) {
    run(
        "QnnDevice_freePlatformInfo",
        slot(QnnInterface_deviceFreePlatformInfo()),
        log.address(),
        info.address());
  }

  public MemorySegment infrastructure() {
    return make("QnnDevice_getInfrastructure", slot(QnnInterface_deviceGetInfrastructure()));
  }

  // ---- contexts and graphs

  public void validateBinary(
      MemorySegment backend, MemorySegment device, MemorySegment configs, MemorySegment binary) {
    String name = "QnnContext_validateBinary";
    check(
        name,
        Downcall.holding(
            require(name, slot(QnnInterface_contextValidateBinary())),
            backend.address(),
            device.address(),
            configs.address(),
            binary.address(),
            binary.byteSize(),
            0,
            0,
            0,
            held(binary)));
  }

  public MemorySegment createContext(
      MemorySegment backend,
      MemorySegment device,
      MemorySegment configs,
      MemorySegment binary,
      MemorySegment profile) {
    String name = "QnnContext_createFromBinary";
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment context = scratch.allocate(ValueLayout.ADDRESS);
      check(
          name,
          Downcall.holding(
              require(name, slot(QnnInterface_contextCreateFromBinary())),
              backend.address(),
              device.address(),
              configs.address(),
              binary.address(),
              binary.byteSize(),
              context.address(),
              profile.address(),
              0,
              held(binary)));
      return context.get(ValueLayout.ADDRESS, 0);
    }
  }

  public boolean canCreateContextByCallback() {
    return slot(QnnInterface_contextCreateFromBinaryWithCallback()).address() != 0;
  }

  public MemorySegment createContextByCallback(
      MemorySegment backend,
      MemorySegment device,
      MemorySegment configs,
      MemorySegment callback,
      MemorySegment binary,
      MemorySegment profile) {
    String name = "QnnContext_createFromBinaryWithCallback";
    MemorySegment function =
        require(name, slot(QnnInterface_contextCreateFromBinaryWithCallback()));
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment context = scratch.allocate(ValueLayout.ADDRESS);
      check(
          name,
          Downcall.words(
              function,
              backend.address(),
              device.address(),
              configs.address(),
              callback.address(),
              binary.address(),
              binary.byteSize(),
              context.address(),
              profile.address(),
              0,
              0));
      return context.get(ValueLayout.ADDRESS, 0);
    }
  }

  public void configureContext(MemorySegment context, MemorySegment configs) {
    run(
        "QnnContext_setConfig",
        slot(QnnInterface_contextSetConfig()),
        context.address(),
        configs.address());
  }

  public void freeContext(MemorySegment context) {
    run("QnnContext_free", slot(QnnInterface_contextFree()), context.address(), 0);
  }

  public MemorySegment retrieveGraph(MemorySegment context, String name) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment text = CStrings.of(scratch, name);
      return make(
          "QnnGraph_retrieve",
          slot(QnnInterface_graphRetrieve()),
          context.address(),
          text.address());
    }
  }

  public void configureGraph(MemorySegment graph, MemorySegment configs) {
    run(
        "QnnGraph_setConfig",
        slot(QnnInterface_graphSetConfig()),
        graph.address(),
        configs.address());
  }

  /** Returns the function that runs a graph, for the caller's hot path. */
  public MemorySegment execute() {
    return require("QnnGraph_execute", slot(QnnInterface_graphExecute()));
  }

  /** Returns the function that starts a run of a graph. */
  public MemorySegment executeAsync() {
    return require("QnnGraph_executeAsync", slot(QnnInterface_graphExecuteAsync()));
  }

  // ---- profiles

  public MemorySegment createProfile(MemorySegment backend, int level) {
    return make("QnnProfile_create", slot(QnnInterface_profileCreate()), backend.address(), level);
  }

  /** Returns the ids of a profile's events, valid until the next run with it. */
  public long[] profileEvents(MemorySegment profile) {
    return list("QnnProfile_getEvents", slot(QnnInterface_profileGetEvents()), profile.address());
  }

  public long[] profileSubEvents(long event) {
    return list("QnnProfile_getSubEvents", slot(QnnInterface_profileGetSubEvents()), event);
  }

  public void profileEventData(long event, MemorySegment data) {
    run("QnnProfile_getEventData", slot(QnnInterface_profileGetEventData()), event, data.address());
  }

  /** Returns whether the backend gave the extended data; not every one does for every event. */
  public boolean profileExtendedEventData(long event, MemorySegment data) {
    MemorySegment function = slot(QnnInterface_profileGetExtendedEventData());
    return function.address() != 0
        && call("QnnProfile_getExtendedEventData", function, event, data.address()) == 0;
  }

  public void freeProfile(MemorySegment profile) {
    run("QnnProfile_free", slot(QnnInterface_profileFree()), profile.address());
  }

  // ---- shared memory

  public MemorySegment registerMemory(MemorySegment context, MemorySegment descriptor) {
    return make(
        "QnnMem_register",
        slot(QnnInterface_memRegister()),
        context.address(),
        descriptor.address(),
        1);
  }

  public void deregisterMemory(MemorySegment handle) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment handles = scratch.allocateFrom(ValueLayout.ADDRESS, handle);
      run("QnnMem_deRegister", slot(QnnInterface_memDeRegister()), handles.address(), 1);
    }
  }

  // ---- signals

  public MemorySegment createSignal(MemorySegment backend, MemorySegment configs) {
    return make(
        "QnnSignal_create",
        slot(QnnInterface_signalCreate()),
        backend.address(),
        configs.address());
  }

  public void configureSignal(MemorySegment signal, MemorySegment configs) {
    run(
        "QnnSignal_setConfig",
        slot(QnnInterface_signalSetConfig()),
        signal.address(),
        configs.address());
  }

  public void triggerSignal(MemorySegment signal) {
    run("QnnSignal_trigger", slot(QnnInterface_signalTrigger()), signal.address());
  }

  public void freeSignal(MemorySegment signal) {
    run("QnnSignal_free", slot(QnnInterface_signalFree()), signal.address());
  }

  // ---- errors

  /** Throws what an answer means, unless it is success. */
  public void check(String function, long answer) {
    if (answer != 0) {
      throw failed(function, answer);
    }
    QnnLog.forgetErrors();
  }

  /** Makes the error of an answer that is not success. */
  public NativeCallException failed(String function, long answer) {
    return error(function, answer, words(answer));
  }

  /** Makes an error of words that are known already. */
  public static NativeCallException error(String function, long answer, String words) {
    QnnCode code = QnnCode.of(answer);
    return code == null
        ? new NativeCallException("QNN", function, answer, "unknown", words, "", "")
        : new NativeCallException(
            "QNN", function, code.code(), code.name(), words, code.meaning(), code.advice());
  }

  private String words(long answer) {
    String logged = QnnLog.takeErrors();
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(ValueLayout.ADDRESS);
      String brief = brief(answer, out);
      String verbose = verbose(answer, out);
      String message = verbose.contains(brief) ? verbose : join(brief, verbose);
      return join(message, logged);
    }
  }

  private static String join(String first, String second) {
    return first.isEmpty() || second.isEmpty() ? first + second : first + "; " + second;
  }

  private String brief(long answer, MemorySegment out) {
    MemorySegment function = slot(QnnInterface_errorGetMessage());
    return function.address() == 0
            || call("QnnError_getMessage", function, answer, out.address()) != 0
        ? ""
        : CStrings.read(out.get(ValueLayout.ADDRESS, 0)).strip();
  }

  /** The verbose message is the caller's to give back. */
  private String verbose(long answer, MemorySegment out) {
    MemorySegment function = slot(QnnInterface_errorGetVerboseMessage());
    if (function.address() == 0
        || call("QnnError_getVerboseMessage", function, answer, out.address()) != 0) {
      return "";
    }
    MemorySegment message = out.get(ValueLayout.ADDRESS, 0);
    String text = CStrings.read(message).strip();
    MemorySegment free = slot(QnnInterface_errorFreeVerboseMessage());
    if (message.address() != 0 && free.address() != 0) {
      call("QnnError_freeVerboseMessage", free, message.address());
    }
    return text;
  }

  // ---- how the calls above are shaped

  private MemorySegment slot(int number) {
    return table.getAtIndex(ValueLayout.ADDRESS, number);
  }

  private MemorySegment require(String name, MemorySegment function) {
    if (function.address() == 0) {
      QnnCode absent = QnnCode.QNN_COMMON_ERROR_NOT_SUPPORTED;
      throw new NativeCallException(
          "QNN",
          name,
          absent.code(),
          absent.name(),
          "",
          "the backend " + provider + " has no such function",
          "");
    }
    return function;
  }

  /** Returns what keeps one segment's arena open during a call. */
  public static MemorySegment[] held(MemorySegment segment) {
    MemorySegment[] held = new MemorySegment[Downcall.HELD];
    Arrays.fill(held, NULL);
    held[0] = segment;
    return held;
  }

  /** Calls a function and returns its answer. Not for hot paths: the words travel in an array. */
  private long call(String name, MemorySegment function, long... words) {
    long[] eight = Arrays.copyOf(words, 8);
    return Downcall.words(
        require(name, function),
        eight[0],
        eight[1],
        eight[2],
        eight[3],
        eight[4],
        eight[5],
        eight[6],
        eight[7]);
  }

  /** Calls a function that must succeed. */
  private void run(String name, MemorySegment function, long... words) {
    check(name, call(name, function, words));
  }

  /** Calls a function that must succeed and writes a handle through its last argument. */
  private MemorySegment make(String name, MemorySegment function, long... words) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(ValueLayout.ADDRESS);
      long[] all = Arrays.copyOf(words, words.length + 1);
      all[words.length] = out.address();
      run(name, function, all);
      return out.get(ValueLayout.ADDRESS, 0);
    }
  }

  /** Calls a function that writes an array's address and length through its last arguments. */
  private long[] list(String name, MemorySegment function, long of) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(ValueLayout.ADDRESS);
      MemorySegment count = scratch.allocate(ValueLayout.JAVA_INT);
      run(name, function, of, out.address(), count.address());
      long size = Integer.toUnsignedLong(count.get(ValueLayout.JAVA_INT, 0));
      return size == 0
          ? new long[0]
          : out.get(ValueLayout.ADDRESS, 0)
              .reinterpret(size * Long.BYTES)
              .toArray(ValueLayout.JAVA_LONG);
    }
  }
}
