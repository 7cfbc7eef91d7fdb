package io.github.npu4j.qnn;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.internal.qnnabi.QnnGraph_Config_t;
import io.github.npu4j.qnn.abi.Configs;
import io.github.npu4j.qnn.info.GraphInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;

/**
 * A graph of a loaded context. May be shared between threads; each thread runs it through a {@link
 * QnnBinding} of its own. Lives as long as its context.
 */
public final class QnnGraph {

  private final QnnContext context;
  private final GraphInfo info;
  private final MemorySegment handle;

  QnnGraph(QnnContext context, GraphInfo info, MemorySegment handle) {
    this.context = context;
    this.info = info;
    this.handle = handle;
  }

  /** Returns the graph's name, inputs and outputs. */
  public GraphInfo info() {
    return info;
  }

  /**
   * Prepares runs of this graph by one thread at a time. Memory for a tensor is allocated when it
   * is first requested or first run, unless the caller's own was bound before.
   *
   * @throws io.github.npu4j.error.IncompatibleModelException if a tensor can't be bound: a dynamic
   *     shape, a layout that is not dense, more than 4 GiB
   * @throws IllegalStateException if the context is closed
   */
  public QnnBinding bind() {
    context.lifetime().enter();
    try {
      QnnBinding binding = QnnBinding.create(this);
      context.lifetime().adopt(binding);
      return binding;
    } finally {
      context.lifetime().exit();
    }
  }

  /** Changes this graph's priority: {@code QnnGraph_setConfig}. */
  public void setPriority(Priority priority) {
    configure(scratch -> {
      MemorySegment config = QnnGraph_Config_t.allocate(scratch);
      QnnGraph_Config_t.option(config, QNN_GRAPH_CONFIG_OPTION_PRIORITY());
      QnnGraph_Config_t.priority(config, priority.value());
      return config;
    });
  }

  /**
   * Profiles only this many runs from now on: {@code QnnGraph_setConfig}.
   *
   * @param runs how many runs with a profile are measured
   */
  public void setProfiledRuns(int runs) {
    configure(scratch -> {
      MemorySegment config = QnnGraph_Config_t.allocate(scratch);
      QnnGraph_Config_t.option(config, QNN_GRAPH_CONFIG_OPTION_SET_PROFILING_NUM_EXECUTIONS());
      QnnGraph_Config_t.numProfilingExecutions(config, runs);
      return config;
    });
  }

  QnnContext context() {
    return context;
  }

  MemorySegment handle() {
    return handle;
  }

  private void configure(Function<Arena, MemorySegment> option) {
    context.lifetime().enter();
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment configs = Configs.list(scratch, List.of(option.apply(scratch)));
      context.qnn().functions().configureGraph(handle, configs);
    } finally {
      context.lifetime().exit();
    }
  }
}
