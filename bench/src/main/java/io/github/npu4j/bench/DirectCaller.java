package io.github.npu4j.bench;

import io.github.npu4j.qnn.Qnn;
import io.github.npu4j.qnn.QnnBinding;
import io.github.npu4j.qnn.QnnContext;
import io.github.npu4j.qnn.QnnLibraries;
import io.github.npu4j.qnn.info.GraphTensor;
import io.github.npu4j.tensor.OffHeap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The first graph of a context binary, by the room {@code qnn} alone, over two libraries. */
final class DirectCaller implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final Qnn qnn;
  private final QnnBinding binding;
  private final MemorySegment input;
  private final MemorySegment output;

  DirectCaller(Path backend, Path system, Path file) throws IOException {
    qnn = Qnn.load(new QnnLibraries(backend, system));
    MemorySegment binary;
    try (FileChannel channel = FileChannel.open(file)) {
      binary = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
    QnnContext context = QnnContext.create(qnn, binary);
    binding = context.graph(context.graphNames().getFirst()).bind();
    List<MemorySegment> inputs = new ArrayList<>();
    for (GraphTensor tensor : binding.graph().info().inputs()) {
      inputs.add(OffHeap.allocate(arena, tensor.spec()));
      binding.bindInput(tensor.name(), inputs.getLast());
    }
    input = inputs.getFirst();
    GraphTensor answer = binding.graph().info().outputs().getFirst();
    output = OffHeap.allocate(arena, answer.spec());
    binding.bindOutput(answer.name(), output);
  }

  void run() {
    binding.execute();
  }

  /** The memory of the first input. */
  MemorySegment input() {
    return input;
  }

  /** The memory of the first output. */
  MemorySegment output() {
    return output;
  }

  @Override
  public void close() {
    qnn.close();
    arena.close();
  }
}
