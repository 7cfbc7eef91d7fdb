package io.github.npu4j.qnn;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.internal.qnnabi.QnnContext_AsyncExecutionQueueDepth_t;
import io.github.npu4j.internal.qnnabi.QnnContext_Config_t;
import io.github.npu4j.internal.qnnabi.QnnHtpContext_CustomConfig_t;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a context is made of a binary. What is left out is as the backend and the file have it.
 *
 * @param loading how the backend gets the binary
 * @param priority the context's priority
 * @param enabledGraphs the graphs to load, by name; empty means all
 * @param asyncQueueDepth how many asynchronous runs may wait
 * @param memoryLimitMegabytes a hint how much memory the context may use
 * @param readBudgetMegabytes how much of the file HTP may hold while it reads it
 * @param strictCompatibility whether to refuse a binary that runs, but was made for another SoC
 * @param deferredGraphs whether graphs are initialised when they are first used
 */
public record ContextOptions(
    Loading loading,
    Priority priority,
    List<String> enabledGraphs,
    OptionalInt asyncQueueDepth,
    OptionalLong memoryLimitMegabytes,
    OptionalLong readBudgetMegabytes,
    boolean strictCompatibility,
    boolean deferredGraphs) {

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
          Loading.AUTO,
          Priority.NORMAL,
          List.of(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          false,
          false);

  /** Takes a copy of the list. */
  public ContextOptions {
    enabledGraphs = List.copyOf(enabledGraphs);
  }

  /** Returns the options of a context that nothing is asked of. */
  public static ContextOptions defaults() {
    return DEFAULTS;
  }

  /** Returns these options with another way of loading. */
  public ContextOptions withLoading(Loading other) {
    return new ContextOptions(
        other,
        priority,
        enabledGraphs,
        asyncQueueDepth,
        memoryLimitMegabytes,
        readBudgetMegabytes,
        strictCompatibility,
        deferredGraphs);
  }

  /** Returns these options with another priority. */
  public ContextOptions withPriority(Priority other) {
    return new ContextOptions(
        loading,
        other,
        enabledGraphs,
        asyncQueueDepth,
        memoryLimitMegabytes,
        readBudgetMegabytes,
        strictCompatibility,
        deferredGraphs);
  }

  /** Returns these options, loading only these graphs. */
  public ContextOptions withEnabledGraphs(List<String> names) {
    return new ContextOptions(
        loading,
        priority,
        names,
        asyncQueueDepth,
        memoryLimitMegabytes,
        readBudgetMegabytes,
        strictCompatibility,
        deferredGraphs);
  }

  /** Returns these options with a depth of the queue of asynchronous runs. */
  public ContextOptions withAsyncQueueDepth(int depth) {
    return new ContextOptions(
        loading,
        priority,
        enabledGraphs,
        OptionalInt.of(depth),
        memoryLimitMegabytes,
        readBudgetMegabytes,
        strictCompatibility,
        deferredGraphs);
  }

  /** Writes the options as QNN's list; those left out are not in it. */
  MemorySegment into(SegmentAllocator allocator) {
    List<MemorySegment> configs = new ArrayList<>();
    if (priority != Priority.NORMAL) {
      configs.add(priority(allocator, priority));
    }
    if (!enabledGraphs.isEmpty()) {
      MemorySegment config = config(allocator, QNN_CONTEXT_CONFIG_ENABLE_GRAPHS());
      QnnContext_Config_t.enableGraphs(config, names(allocator));
      configs.add(config);
    }
    if (asyncQueueDepth.isPresent()) {
      MemorySegment config = config(allocator, QNN_CONTEXT_CONFIG_ASYNC_EXECUTION_QUEUE_DEPTH());
      QnnContext_AsyncExecutionQueueDepth_t.depth(
          QnnContext_Config_t.asyncExeQueueDepth(config), asyncQueueDepth.getAsInt());
      configs.add(config);
    }
    if (memoryLimitMegabytes.isPresent()) {
      MemorySegment config = config(allocator, QNN_CONTEXT_CONFIG_MEMORY_LIMIT_HINT());
      QnnContext_Config_t.memoryLimitHint(config, memoryLimitMegabytes.getAsLong());
      configs.add(config);
    }
    if (readBudgetMegabytes.isPresent()) {
      configs.add(readBudget(allocator, readBudgetMegabytes.getAsLong()));
    }
    if (strictCompatibility) {
      MemorySegment config = config(allocator, QNN_CONTEXT_CONFIG_BINARY_COMPATIBILITY());
      QnnContext_Config_t.binaryCompatibilityType(
          config, QNN_CONTEXT_BINARY_COMPATIBILITY_STRICT());
      configs.add(config);
    }
    if (deferredGraphs) {
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
    MemorySegment pointers = allocator.allocate(ValueLayout.ADDRESS, enabledGraphs.size() + 1L);
    for (int i = 0; i < enabledGraphs.size(); i++) {
      pointers.setAtIndex(ValueLayout.ADDRESS, i, allocator.allocateFrom(enabledGraphs.get(i)));
    }
    return pointers;
  }
}
