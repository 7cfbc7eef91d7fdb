package io.github.npu4j.qnn;

import io.github.npu4j.internal.qnnabi.QnnInterface_Head_t;
import io.github.npu4j.internal.qnnabi.QnnSystemInterface_Head_t;
import io.github.npu4j.internal.qnnabi.Qnn_ApiVersion_t;
import io.github.npu4j.internal.qnnabi.Qnn_NotifyStatus_t;
import io.github.npu4j.internal.qnnabi.qnn_h;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.qnn.info.GraphTensor;
import io.github.npu4j.qnn.info.QnnVersion;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A QNN backend and system library made of Java, for what no emulator can do: a device, a restart
 * of its subsystem, power votes, shared memory, asynchronous runs, every error.
 *
 * <p>{@link #open} gives the product's own {@link Qnn} over these tables. Handles that were made
 * and not freed, or freed twice, are found by {@link #live}. A graph's outputs are its inputs'
 * bytes, unless {@link #onExecute} says otherwise.
 */
public final class StandInBackend {

  /** QNN's number of the SoC that is found. */
  private static final int SNAPDRAGON_X_ELITE = 60;

  /** The sizes of the two interface structures, tables included. */
  private static final long CORE_BYTES = 616;

  private static final long SYSTEM_BYTES = 248;

  /** Freed when nobody reaches the tables any more, which only the collector knows. */
  private final Arena arena = Arena.ofAuto();

  private final StandInTable core = new StandInTable();
  private final StandInTable systemFunctions = new StandInTable();
  private final StandInHandles handles = new StandInHandles();
  private final StandInDeviceMemory memory = new StandInDeviceMemory(handles, arena);
  private final StandInPower power = new StandInPower(handles, arena);
  private final Set<Long> lostContexts = ConcurrentHashMap.newKeySet();
  private final Map<Long, Long> graphContexts = new ConcurrentHashMap<>();
  private final Set<Integer> properties = ConcurrentHashMap.newKeySet();
  private final List<Long> configOptions = new CopyOnWriteArrayList<>();
  private volatile Work work = StandInMemory::copy;
  private volatile ContextBinary description = oneGraph();
  private volatile byte[] received = new byte[0];
  private QnnVersion systemVersion = new QnnVersion(1, 12, 0);
  private QnnVersion coreVersion = new QnnVersion(2, 37, 0);
  private int socModel = SNAPDRAGON_X_ELITE;
  private int arch = 73;

  /** What a graph does. */
  public interface Work {
    /** Reads the inputs and writes the outputs, in the order of the graph. */
    void run(List<MemorySegment> inputs, List<MemorySegment> outputs) throws Exception;
  }

  /**
   * A vote as the device got it.
   *
   * @param mode DCVS power mode
   * @param corner target voltage corner of core and bus
   * @param latency RPC control latency, or -1 if not part of the vote
   * @param polling RPC polling time, or -1 if not part of the vote
   */
  public record PowerVote(int mode, int corner, int latency, int polling) {}

  /** Makes a backend that finds a Snapdragon X Elite and knows one small graph. */
  public StandInBackend() {
    Collections.addAll(properties, 202, 205, 210, 302, 304, 306, 308, 502);
    backendFunctions();
    contextFunctions();
    runFunctions();
    signalFunctions();
    StandInProfile.into(core, handles, arena);
    memory.into(core);
    power.into(core);
    systemLibrary();
  }

  /** Returns a graph of one input {@code x} and one output {@code y}, four floats each. */
  public static ContextBinary oneGraph() {
    return binary(graph("g", "x", "y", Shape.of(1, 4)));
  }

  /** Returns a graph of one float input and one float output. */
  public static GraphInfo graph(String name, String input, String output, Shape shape) {
    return new GraphInfo(
        name,
        List.of(tensor(1, input, GraphTensor.Role.INPUT, shape)),
        List.of(tensor(2, output, GraphTensor.Role.OUTPUT, shape)),
        Optional.empty());
  }

  /** Returns the description of a binary for the X Elite. */
  public static ContextBinary binary(GraphInfo... graphs) {
    return new ContextBinary(
        3,
        6,
        "v2.51.0",
        new QnnVersion(2, 37, 0),
        new QnnVersion(5, 48, 0),
        new QnnVersion(4, 0, 6),
        "",
        OptionalInt.of(SNAPDRAGON_X_ELITE),
        4096,
        0,
        List.of(graphs));
  }

  static GraphTensor tensor(int id, String name, GraphTensor.Role role, Shape shape) {
    return new GraphTensor(
        id,
        new TensorSpec(name, ElementType.FLOAT32, shape),
        role,
        qnn_h.QNN_DATATYPE_FLOAT_32(),
        0,
        1);
  }

  // ---- what a test sets

  /** Sets what the system library says of every binary. */
  public StandInBackend describe(ContextBinary binary) {
    description = binary;
    return this;
  }

  /** Sets what a run does. */
  public StandInBackend onExecute(Work what) {
    work = what;
    return this;
  }

  /** Sets the device that is found. */
  public StandInBackend device(int soc, int architecture) {
    socModel = soc;
    arch = architecture;
    return this;
  }

  /** Sets the version of the core interface. */
  public StandInBackend coreVersion(QnnVersion version) {
    coreVersion = version;
    return this;
  }

  /** Sets the version of the system interface. */
  public StandInBackend systemVersion(QnnVersion version) {
    systemVersion = version;
    return this;
  }

  /** Makes a property supported. */
  public StandInBackend support(QnnProperty property) {
    properties.add(property.key());
    return this;
  }

  /** Lets a function, named as its slot such as {@code graphExecute}, answer so from now on. */
  public StandInBackend fail(String slot, long answer) {
    table(slot).fail(slot, answer);
    return this;
  }

  /** Lets a function answer so the next time it is called. */
  public StandInBackend failOnce(String slot, long answer) {
    table(slot).failOnce(slot, answer);
    return this;
  }

  /** Lets a function work again. */
  public StandInBackend recover(String slot) {
    table(slot).recover(slot);
    return this;
  }

  /** Lets a function take so long. */
  public StandInBackend delay(String slot, Duration time) {
    table(slot).delay(slot, time);
    return this;
  }

  /**
   * Restarts the device's subsystem: the contexts of now answer with a lost connection for good.
   */
  public void restartSubsystem() {
    lostContexts.addAll(handles.live("context"));
  }

  // ---- what a test asks

  /** Returns how often a function was called. */
  public int calls(String slot) {
    return table(slot).calls(slot);
  }

  /** Returns the handles of a kind (context, backend, device, log, profile, ...) not freed yet. */
  public Set<Long> live(String kind) {
    return handles.live(kind);
  }

  /** Forgets a context that could not be freed, as a device does that restarts. */
  void forget(MemorySegment context) {
    handles.forget("context", context.address());
  }

  /** Returns what was freed twice or never made. */
  public List<String> doubleFrees() {
    return handles.doubleFrees();
  }

  /** Returns the power votes, the first first. */
  public List<PowerVote> votes() {
    return power.votes();
  }

  /** Returns the option numbers of the configurations that were given. */
  List<Long> configOptions() {
    return List.copyOf(configOptions);
  }

  /** Returns the bytes of the binary that the last context was made of. */
  byte[] received() {
    return received.clone();
  }

  // ---- the tables

  /** Opens the product's own classes over this. */
  public Qnn open() {
    return Qnn.of(provider(), system(), QnnOptions.defaults());
  }

  /** Opens the product's own classes over this device and another system library. */
  public Qnn openWith(QnnSystem system) {
    return Qnn.of(provider(), system, QnnOptions.defaults());
  }

  /** Opens the product's own classes over this, with another C function in one slot. */
  Qnn openWith(String slot, MemorySegment function) {
    MemorySegment provider = provider();
    provider
        .asSlice(QnnInterface_Head_t.sizeof())
        .setAtIndex(ValueLayout.ADDRESS, StandInTable.declared("QnnInterface").get(slot), function);
    return Qnn.of(provider, system(), QnnOptions.defaults());
  }

  /** Returns the product's own system library over this. */
  public QnnSystem system() {
    MemorySegment whole = arena.allocate(SYSTEM_BYTES, 8);
    MemorySegment head = whole.asSlice(0, QnnSystemInterface_Head_t.sizeof());
    QnnSystemInterface_Head_t.providerName(head, arena.allocateFrom("STAND_IN_SYSTEM"));
    StandInMemory.version(QnnSystemInterface_Head_t.systemApiVersion(head), systemVersion);
    systemFunctions.into(
        whole.asSlice(head.byteSize()), StandInTable.declared("QnnSystemInterface"), arena);
    return QnnSystem.of(whole);
  }

  /** Returns shared memory whose allocator is this device's. */
  public SharedMemory sharedMemory() {
    return SharedMemory.of(
        core.stub("rpcmemAlloc", arena),
        core.stub("rpcmemFree", arena),
        core.stub("rpcmemToFd", arena),
        "shared by the stand-in");
  }

  MemorySegment provider() {
    MemorySegment whole = arena.allocate(CORE_BYTES, 8);
    MemorySegment head = whole.asSlice(0, QnnInterface_Head_t.sizeof());
    QnnInterface_Head_t.backendId(head, 6);
    QnnInterface_Head_t.providerName(head, arena.allocateFrom("STAND_IN"));
    MemorySegment api = QnnInterface_Head_t.apiVersion(head);
    StandInMemory.version(Qnn_ApiVersion_t.coreApiVersion(api), coreVersion);
    StandInMemory.version(Qnn_ApiVersion_t.backendApiVersion(api), new QnnVersion(5, 48, 0));
    core.into(whole.asSlice(head.byteSize()), StandInTable.declared("QnnInterface"), arena);
    return whole;
  }

  private void backendFunctions() {
    core.put("propertyHasCapability", words -> properties.contains((int) words[0]) ? 0 : 1000);
    core.put("logCreate", words -> handles.made("log", words[2]));
    core.put("logSetLogLevel", words -> 0);
    core.put("logFree", words -> handles.freed("log", words[0]));
    core.put("backendCreate", words -> handles.made("backend", words[2]));
    core.put(
        "backendGetApiVersion",
        words -> {
          MemorySegment api = StandInMemory.at(words[0], Qnn_ApiVersion_t.sizeof());
          StandInMemory.version(Qnn_ApiVersion_t.backendApiVersion(api), new QnnVersion(5, 48, 1));
          return 0;
        });
    core.put("backendGetBuildId", words -> text(words[0], "stand-in build"));
    core.put("backendFree", words -> handles.freed("backend", words[0]));
    core.put(
        "deviceCreate",
        words -> {
          options(words[1], 4);
          return handles.made("device", words[2]);
        });
    core.put("deviceFree", words -> handles.freed("device", words[0]));
    core.put(
        "deviceGetPlatformInfo",
        words -> {
          MemorySegment info = StandInMemory.platform(arena, socModel, arch);
          handles.add("platformInfo", info.address());
          StandInMemory.at(words[1], 8).set(ValueLayout.ADDRESS, 0, info);
          return 0;
        });
    core.put("deviceFreePlatformInfo", words -> handles.freed("platformInfo", words[1]));
    core.put("errorGetMessage", words -> text(words[1], "stand-in error " + words[0]));
    core.put(
        "errorGetVerboseMessage",
        words -> {
          text(words[1], "all that the stand-in knows of " + words[0]);
          handles.add("message", StandInMemory.at(words[1], 8).get(ValueLayout.JAVA_LONG, 0));
          return 0;
        });
    core.put("errorFreeVerboseMessage", words -> handles.freed("message", words[0]));
  }

  private void contextFunctions() {
    core.put(
        "contextCreateFromBinary",
        words -> {
          options(words[2], 4);
          received = StandInMemory.at(words[3], words[4]).toArray(ValueLayout.JAVA_BYTE);
          return handles.made("context", words[5]);
        });
    core.put(
        "contextCreateFromBinaryWithCallback",
        words -> {
          options(words[2], 4);
          received = StandInMemory.pieces(words[3], words[5]);
          return handles.made("context", words[6]);
        });
    core.put("contextValidateBinary", words -> 0);
    core.put(
        "contextSetConfig",
        words -> {
          options(words[1], 4);
          return 0;
        });
    core.put("contextFree", words -> handles.freed("context", words[0]));
    core.put(
        "graphRetrieve",
        words -> {
          String name = StandInMemory.at(words[1], 256).getString(0);
          if (description.graphs().stream().noneMatch(graph -> graph.name().equals(name))) {
            return 6002;
          }
          long graph = handles.next();
          graphContexts.put(graph, words[0]);
          StandInMemory.at(words[2], 8).set(ValueLayout.JAVA_LONG, 0, graph);
          return 0;
        });
    core.put(
        "graphSetConfig",
        words -> {
          options(words[1], 4);
          return 0;
        });
  }

  private void runFunctions() {
    core.put("graphExecute", this::execute);
    core.put(
        "graphExecuteAsync",
        words -> {
          Thread.ofPlatform().daemon().start(() -> notifyAfter(words));
          return 0;
        });
  }

  private long execute(long[] words) throws Exception {
    if (isLost(words[0])) {
      return 1007;
    }
    work.run(
        StandInMemory.buffers(words[1], words[2], memory.registered()),
        StandInMemory.buffers(words[3], words[4], memory.registered()));
    return isLost(words[0]) ? 1007 : 0;
  }

  private boolean isLost(long graph) {
    return lostContexts.contains(graphContexts.getOrDefault(graph, 0L));
  }

  private void notifyAfter(long[] words) {
    long answer;
    try {
      answer = execute(words);
    } catch (Exception thrown) {
      answer = StandInTable.THREW;
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment status = Qnn_NotifyStatus_t.allocate(scratch);
      Qnn_NotifyStatus_t.error(status, answer);
      Callbacks.notifyEnd(
          MemorySegment.ofAddress(words[7]), MemorySegment.ofAddress(words[8]), status);
    }
  }

  private void signalFunctions() {
    core.put(
        "signalCreate",
        words -> {
          options(words[1], 4);
          return handles.made("signal", words[2]);
        });
    core.put("signalSetConfig", words -> 0);
    core.put("signalTrigger", words -> 0);
    core.put("signalFree", words -> handles.freed("signal", words[0]));
  }

  private void systemLibrary() {
    systemFunctions.put("systemContextCreate", words -> handles.made("system", words[0]));
    systemFunctions.put(
        "systemContextGetBinaryInfo",
        words -> {
          MemorySegment info = new NativeDescription(arena).binary(description);
          StandInMemory.at(words[3], 8).set(ValueLayout.ADDRESS, 0, info);
          StandInMemory.at(words[4], 8).set(ValueLayout.JAVA_LONG, 0, info.byteSize());
          return 0;
        });
    systemFunctions.put("systemContextFree", words -> handles.freed("system", words[0]));
  }

  private StandInTable table(String slot) {
    return slot.startsWith("system") ? systemFunctions : core;
  }

  // ---- reading and writing what the caller passed

  private long text(long out, String text) {
    StandInMemory.at(out, 8).set(ValueLayout.ADDRESS, 0, arena.allocateFrom(text));
    return 0;
  }

  /** Notes the option at the head of each structure of a list that ends with {@code NULL}. */
  private void options(long list, long headBytes) {
    if (list != 0) {
      MemorySegment pointers = StandInMemory.at(list, 8 * 32);
      for (int i = 0; pointers.getAtIndex(ValueLayout.JAVA_LONG, i) != 0; i++) {
        MemorySegment head =
            StandInMemory.at(pointers.getAtIndex(ValueLayout.JAVA_LONG, i), headBytes);
        configOptions.add((long) head.get(ValueLayout.JAVA_INT, 0));
      }
    }
  }
}
