package io.github.npu4j.compile;

import static io.github.npu4j.onnx.OnnxModels.FLOAT;
import static io.github.npu4j.onnx.OnnxModels.INT64;
import static io.github.npu4j.onnx.OnnxModels.node;
import static io.github.npu4j.onnx.OnnxModels.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.npu4j.hostile.HostileModels;
import io.github.npu4j.internal.process.ChildResult;
import io.github.npu4j.internal.process.ChildWorker;
import io.github.npu4j.internal.process.ChildWorker.Limits;
import io.github.npu4j.onnx.OnnxModels;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Broken files for the native readers, each in a child: this process lives through all, and says
 * what became of each kind. What ends a child is no failure of this test: it is why children read
 * such files. A whole run of the tagged tests takes minutes; {@code npu4j.fuzz.share} makes it
 * shorter, {@code 0.1} by ten.
 */
class NativeReadersFuzzIT {

  /** Many inputs a child, for a child costs a third of a second. */
  private static final int BATCH = 250;

  /** A batch's; what stays longer in one input is a hang. */
  private static final Limits LIMITS = new Limits(Duration.ofMinutes(2), 4L << 30);

  @TempDir private Path folder;

  /** What became of some inputs. */
  private static final class Tally {
    private int inputs;
    private int accepted;
    private int died;
    private final Map<String, Integer> how = new TreeMap<>();
    private final Map<String, Long> first = new TreeMap<>();

    private String line(String name, double seconds) {
      StringBuilder text =
          new StringBuilder(
              String.format(
                  Locale.ROOT,
                  "%-28s %6d inputs %6.0f s  accepted %d, refused %d, child ended %d",
                  name,
                  inputs,
                  seconds,
                  accepted,
                  inputs - accepted - died,
                  died));
      how.forEach((words, count) ->
          text.append("\n    ")
              .append(count)
              .append(" ")
              .append(words)
              .append(", first ")
              .append(first.get(words)));
      return text.toString();
    }
  }

  @Test
  void aFewOfEach() throws IOException {
    assertEquals(300, throwAt("system", context(), 0, 300).inputs);
    assertEquals(60, throwAt("session", attention(), 0, 60).inputs);
    assertEquals(30, throwAt("compile", mlp(), 0, 30).inputs);
  }

  @Test
  @Tag("long")
  void twentyThousandContextBinaries() throws IOException {
    throwAt("system", context(), 0, share(10_000));
    throwAt("context", context(), 10_000, share(10_000));
  }

  @Test
  @Tag("long")
  void fiveThousandModels() throws IOException {
    throwAt("session", attention(), 2_000, share(2_000));
    throwAt("compile", attention(), 0, share(2_000));
    throwAt("compile", mlp(), 0, share(1_000));
  }

  private static int share(int inputs) {
    return (int) (inputs * Double.parseDouble(System.getProperty("npu4j.fuzz.share", "1")));
  }

  /** Gives a reader the copies {@code first} to {@code first + inputs - 1}. */
  private Tally throwAt(String reader, Path good, int first, int inputs) throws IOException {
    long start = System.nanoTime();
    Tally tally = new Tally();
    ChildWorker child = start();
    try {
      while (tally.inputs < inputs) {
        int batch = Math.min(BATCH, inputs - tally.inputs);
        ChildResult result =
            child.ask(
                List.of(
                    reader,
                    good.toString(),
                    Integer.toString(first + tally.inputs),
                    Integer.toString(batch)));
        switch (result) {
          case ChildResult.Answered(List<String> lines) -> {
            tally.accepted += Integer.parseInt(lines.getFirst());
            tally.inputs += batch;
          }
          case ChildResult.Died died -> {
            long seed = mark(0);
            assertTrue(
                seed >= first + tally.inputs, () -> died.how() + " before any: " + died.errors());
            tally.inputs = (int) seed - first + 1;
            tally.accepted += (int) mark(Long.BYTES);
            tally.died++;
            tally.how.merge(died.how(), 1, Integer::sum);
            tally.first.putIfAbsent(died.how(), seed);
            child.close();
            child = start();
          }
          case ChildResult.Refused refused -> throw new AssertionError(refused);
        }
      }
    } finally {
      child.close();
    }
    String name = reader + " " + good.getFileName();
    report(tally.line(name, (System.nanoTime() - start) / 1e9));
    return tally;
  }

  private ChildWorker start() {
    return ChildWorker.start(NativeReaders.class, List.of(folder.toString()), LIMITS);
  }

  /** What the child noted at this place: the input in work, and how many before were accepted. */
  private long mark(long place) throws IOException {
    try (RandomAccessFile mark = new RandomAccessFile(folder.resolve("mark").toFile(), "r")) {
      mark.seek(place);
      return mark.readLong();
    }
  }

  private static void report(String line) throws IOException {
    Path file = Path.of("target", "native-fuzz.txt");
    Files.createDirectories(file.getParent());
    List<String> lines = new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
    lines.add(line);
    Files.write(file, lines);
  }

  private Path context() throws IOException {
    try (InputStream in =
            Objects.requireNonNull(
                HostileModels.class.getResourceAsStream("/hostile/small-context.bin.gz"));
        GZIPInputStream content = new GZIPInputStream(in)) {
      return Files.write(folder.resolve("context.bin"), content.readAllBytes());
    }
  }

  private Path mlp() throws IOException {
    return Files.write(folder.resolve("mlp.onnx"), HostileModels.mlp(4, 4, 4));
  }

  /** Small, and of many operators: nearly every byte is structure. */
  private Path attention() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("attention")
            .addInput(value("ids", INT64, 1, 4))
            .addOutput(value("y", FLOAT, 1, 4, 8))
            .addInitializer(floats("table", 5, 8))
            .addInitializer(floats("w", 8, 8))
            .addInitializer(floats("scale", 8))
            .addInitializer(
                TensorProto.newBuilder()
                    .setName("heads")
                    .setDataType(INT64)
                    .addDims(4)
                    .addAllInt64Data(List.of(1L, 4L, 2L, 4L)))
            .addInitializer(
                TensorProto.newBuilder()
                    .setName("flat")
                    .setDataType(INT64)
                    .addDims(3)
                    .addAllInt64Data(List.of(1L, 4L, 8L)));
    graph
        .addNode(node("embed", "Gather", "e", "table", "ids"))
        .addNode(node("norm", "LayerNormalization", "n", "e", "scale"))
        .addNode(node("query", "MatMul", "q", "n", "w"))
        .addNode(node("split", "Reshape", "s", "q", "heads"))
        .addNode(transpose("t", "s", 0, 2, 1, 3))
        .addNode(transpose("k", "s", 0, 2, 3, 1))
        .addNode(node("scores", "MatMul", "m", "t", "k"))
        .addNode(node("soft", "Softmax", "p", "m"))
        .addNode(node("mix", "MatMul", "x", "p", "t"))
        .addNode(transpose("b", "x", 0, 2, 1, 3))
        .addNode(node("join", "Reshape", "j", "b", "flat"))
        .addNode(node("add", "Add", "a", "j", "e"))
        .addNode(node("relu", "Relu", "y", "a"));
    return OnnxModels.write(folder.resolve("attention.onnx"), OnnxModels.model(graph));
  }

  private static NodeProto transpose(String output, String input, long... to) {
    AttributeProto.Builder permutation =
        AttributeProto.newBuilder().setName("perm").setType(AttributeProto.AttributeType.INTS);
    for (long axis : to) {
      permutation.addInts(axis);
    }
    return node("transpose-" + output, "Transpose", output, input).toBuilder()
        .addAttribute(permutation)
        .build();
  }

  private static TensorProto floats(String name, long... shape) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
    long count = 1;
    for (long size : shape) {
      tensor.addDims(size);
      count *= size;
    }
    for (int i = 0; i < count; i++) {
      tensor.addFloatData((i % 7 - 3) / 8f);
    }
    return tensor.build();
  }
}
