package io.github.npu4j.qnn;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.internal.qnnabi.QnnContext_AsyncExecutionQueueDepth_t;
import io.github.npu4j.internal.qnnabi.QnnContext_Config_t;
import io.github.npu4j.internal.qnnabi.QnnHtpContext_CustomConfig_t;
import io.github.npu4j.qnn.abi.Configs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How a context is made of a binary. Immutable; {@link #defaults()} asks for nothing, each {@code
 * with} method returns a changed copy, and what is left out is as the backend and the file have it.
 */
public final class ContextOptions {

  /** How a backend gets the bytes of a context binary. */
  public enum Loading {
    /** By callback where the backend supports it, else from the buffer. */
    AUTO,
    /** From the buffer: {@code QnnContext_createFromBinary}. */
    BUFFER,
    /** Piece by piece: {@code QnnContext_createFromBinaryWithCallback}. */
    CALLBACK
  }

  private static final ContextOptions DEFAULTS =
      new ContextOptions(
          new Values(
              Loading.AUTO,
              Priority.NORMAL,
              List.of(),
              OptionalInt.empty(),
              OptionalLong.empty(),
              OptionalLong.empty(),
              false,
              false));

  private final Values values;

  /** All settings; a record for its {@code equals}. */
  private record Values(
      Loading loading,
      Priority priority,
      List<String> enabledGraphs,
      OptionalInt asyncQueueDepth,
      OptionalLong memoryLimitMegabytes,
      OptionalLong readBudgetMegabytes,
      boolean strictCompatibility,
      boolean deferredGraphs) {}

  private ContextOptions(Values values) {
    this.values = values;
  }

  /** Returns the options of a context that nothing is requested of. */
  public static ContextOptions defaults() {
    return DEFAULTS;
  }

  /** Returns how the backend gets the binary. */
  public Loading loading() {
    return values.loading;
  }

  /** Returns the context's priority. */
  public Priority priority() {
    return values.priority;
  }

  /** Returns the graphs to load, by name; empty means all. */
  public List<String> enabledGraphs() {
    return values.enabledGraphs;
  }

  /** Returns how many asynchronous runs may wait. */
  public OptionalInt asyncQueueDepth() {
    return values.asyncQueueDepth;
  }

  /** Returns a hint how much memory the context may use, in MB. */
  public OptionalLong memoryLimitMegabytes() {
    return values.memoryLimitMegabytes;
  }

  /** Returns how much of the file HTP may hold while it reads it, in MB. */
  public OptionalLong readBudgetMegabytes() {
    return values.readBudgetMegabytes;
  }

  /** Returns whether to refuse a binary that runs, but was made for another SoC. */
  public boolean strictCompatibility() {
    return values.strictCompatibility;
  }

  /** Returns whether graphs are initialised when they are first used. */
  public boolean deferredGraphs() {
    return values.deferredGraphs;
  }

  /** Returns a copy with another way of loading. */
  public ContextOptions withLoading(Loading way) {
    Draft draft = new Draft(values);
    draft.loading = Objects.requireNonNull(way, "way");
    return draft.done();
  }

  /** Returns a copy with another priority. */
  public ContextOptions withPriority(Priority other) {
    Draft draft = new Draft(values);
    draft.priority = Objects.requireNonNull(other, "other");
    return draft.done();
  }

  /** Returns a copy that loads only these graphs. */
  public ContextOptions withEnabledGraphs(List<String> names) {
    Draft draft = new Draft(values);
    draft.enabledGraphs = List.copyOf(names);
    return draft.done();
  }

  /** Returns a copy with a depth of the queue of asynchronous runs. */
  public ContextOptions withAsyncQueueDepth(int depth) {
    Draft draft = new Draft(values);
    draft.asyncQueueDepth = OptionalInt.of(depth);
    return draft.done();
  }

  /** Returns a copy with a hint how much memory the context may use, in MB. */
  public ContextOptions withMemoryLimitMegabytes(long limit) {
    Draft draft = new Draft(values);
    draft.memoryLimitMegabytes = OptionalLong.of(limit);
    return draft.done();
  }

  /** Returns a copy with a limit to what HTP holds of the file while it reads it, in MB. */
  public ContextOptions withReadBudgetMegabytes(long budget) {
    Draft draft = new Draft(values);
    draft.readBudgetMegabytes = OptionalLong.of(budget);
    return draft.done();
  }

  /** Returns a copy that refuses, or not, a binary that runs, but was made for another SoC. */
  public ContextOptions withStrictCompatibility(boolean strict) {
    Draft draft = new Draft(values);
    draft.strictCompatibility = strict;
    return draft.done();
  }

  /** Returns a copy that initialises graphs when they are first used, or at once. */
  public ContextOptions withDeferredGraphs(boolean deferred) {
    Draft draft = new Draft(values);
    draft.deferredGraphs = deferred;
    return draft.done();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ContextOptions options && values.equals(options.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** Returns every setting by name. */
  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "ContextOptions");
  }

  /** Writes the options as QNN's list; those left out are not in it. */
  MemorySegment into(SegmentAllocator allocator) {
    List<MemorySegment> configs = new ArrayList<>();
    if (values.priority != Priority.NORMAL) {
      configs.add(priority(allocator, values.priority));
    }
    if (!values.enabledGraphs.isEmpty()) {
      MemorySegment config = config(allocator, QNN_CONTEXT_CONFIG_ENABLE_GRAPHS());
      QnnContext_Config_t.enableGraphs(config, names(allocator));
      configs.add(config);
    }
    if (values.asyncQueueDepth.isPresent()) {
      MemorySegment config = config(allocator, QNN_CONTEXT_CONFIG_ASYNC_EXECUTION_QUEUE_DEPTH());
      QnnContext_AsyncExecutionQueueDepth_t.depth(
          QnnContext_Config_t.asyncExeQueueDepth(config), values.asyncQueueDepth.getAsInt());
      configs.add(config);
    }
    if (values.memoryLimitMegabytes.isPresent()) {
      MemorySegment config = config(allocator, QNN_CONTEXT_CONFIG_MEMORY_LIMIT_HINT());
      QnnContext_Config_t.memoryLimitHint(config, values.memoryLimitMegabytes.getAsLong());
      configs.add(config);
    }
    if (values.readBudgetMegabytes.isPresent()) {
      configs.add(readBudget(allocator, values.readBudgetMegabytes.getAsLong()));
    }
    if (values.strictCompatibility) {
      MemorySegment config = config(allocator, QNN_CONTEXT_CONFIG_BINARY_COMPATIBILITY());
      QnnContext_Config_t.binaryCompatibilityType(
          config, QNN_CONTEXT_BINARY_COMPATIBILITY_STRICT());
      configs.add(config);
    }
    if (values.deferredGraphs) {
      MemorySegment config = config(allocator, QNN_CONTEXT_CONFIG_OPTION_DEFER_GRAPH_INIT());
      QnnContext_Config_t.isGraphInitDeferred(config, (byte) 1);
      configs.add(config);
    }
    return Configs.list(allocator, configs);
  }

  /** Writes the one option that can be changed later. */
  static MemorySegment priority(SegmentAllocator allocator, Priority priority) {
    MemorySegment config = config(allocator, QNN_CONTEXT_CONFIG_OPTION_PRIORITY());
    QnnContext_Config_t.priority(config, priority.value());
    return config;
  }

  private static MemorySegment config(SegmentAllocator allocator, int option) {
    MemorySegment config = QnnContext_Config_t.allocate(allocator);
    QnnContext_Config_t.option(config, option);
    return config;
  }

  private static MemorySegment readBudget(SegmentAllocator allocator, long megabytes) {
    MemorySegment custom = QnnHtpContext_CustomConfig_t.allocate(allocator);
    QnnHtpContext_CustomConfig_t.option(
        custom, QNN_HTP_CONTEXT_CONFIG_OPTION_FILE_READ_MEMORY_BUDGET());
    QnnHtpContext_CustomConfig_t.fileReadMemoryBudgetInMb(custom, megabytes);
    MemorySegment config = config(allocator, QNN_CONTEXT_CONFIG_OPTION_CUSTOM());
    QnnContext_Config_t.customConfig(config, custom);
    return config;
  }

  private MemorySegment names(SegmentAllocator allocator) {
    MemorySegment pointers =
        allocator.allocate(ValueLayout.ADDRESS, values.enabledGraphs.size() + 1L);
    for (int i = 0; i < values.enabledGraphs.size(); i++) {
      pointers.setAtIndex(
          ValueLayout.ADDRESS, i, allocator.allocateFrom(values.enabledGraphs.get(i)));
    }
    return pointers;
  }

  /** A copy in the making. */
  private static final class Draft {
    private Loading loading;
    private Priority priority;
    private List<String> enabledGraphs;
    private OptionalInt asyncQueueDepth;
    private OptionalLong memoryLimitMegabytes;
    private OptionalLong readBudgetMegabytes;
    private boolean strictCompatibility;
    private boolean deferredGraphs;

    Draft(Values from) {
      loading = from.loading;
      priority = from.priority;
      enabledGraphs = from.enabledGraphs;
      asyncQueueDepth = from.asyncQueueDepth;
      memoryLimitMegabytes = from.memoryLimitMegabytes;
      readBudgetMegabytes = from.readBudgetMegabytes;
      strictCompatibility = from.strictCompatibility;
      deferredGraphs = from.deferredGraphs;
    }

    ContextOptions done() {
      return new ContextOptions(
          new Values(
              loading,
              priority,
              enabledGraphs,
              asyncQueueDepth,
              memoryLimitMegabytes,
              readBudgetMegabytes,
              strictCompatibility,
              deferredGraphs));
    }
  }
}
