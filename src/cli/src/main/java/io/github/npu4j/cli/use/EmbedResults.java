package io.github.npu4j.cli.use;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.report.Json;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.Embedding;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The results of {@code embed}, in one of its forms. */
abstract sealed class EmbedResults implements AutoCloseable {

  final Console console;
  final PrintStream out;
  private int count;

  private EmbedResults(@Nullable Path file, Console console) throws IOException {
    this.console = console;
    this.out =
        file == null
            ? console.results()
            : new PrintStream(
                new BufferedOutputStream(Files.newOutputStream(file)),
                false,
                StandardCharsets.UTF_8);
  }

  static EmbedResults of(EmbedCommand.Format format, @Nullable Path file, Console console)
      throws IOException {
    return switch (format) {
      case TEXT -> new Text(file, console);
      case JSON -> new JsonLines(file, console);
      case NPY -> new Array(file, console);
    };
  }

  /** Takes the next text's embedding. */
  final void put(String text, Embedding embedding, Embedder embedder) {
    count++;
    if (embedding.truncated()) {
      console
          .notices()
          .println(
              "npu4j: text "
                  + count
                  + " was truncated: it has "
                  + embedding.tokens()
                  + " tokens and the model takes "
                  + embedder.maxInputTokens());
    }
    print(text, embedding, embedder);
  }

  /** Takes the reason why the next text has no embedding. */
  final void putError(String text, String error) {
    count++;
    console.notices().println("npu4j: text " + count + ": " + error);
    printError(text, error);
  }

  abstract void print(String text, Embedding embedding, Embedder embedder);

  abstract void printError(String text, String error);

  /** Takes note that there are no more texts. */
  void finish(Embedder embedder) throws IOException {
    if (!flush()) {
      throw new IOException("the results could not be written");
    }
  }

  /**
   * Shows what was printed so far to whoever waits for it.
   *
   * @return whether anybody still reads
   */
  final boolean flush() {
    return !out.checkError();
  }

  @Override
  public void close() {
    if (out != console.results()) {
      out.close();
    }
  }

  /** The values alone. */
  private static final class Text extends EmbedResults {

    Text(@Nullable Path file, Console console) throws IOException {
      super(file, console);
    }

    @Override
    void print(String text, Embedding embedding, Embedder embedder) {
      StringBuilder line = new StringBuilder();
      for (float value : embedding.vector()) {
        line.append(line.isEmpty() ? "" : " ").append(value);
      }
      out.println(line);
    }

    @Override
    void printError(String text, String error) {
      out.println("error: " + error);
    }
  }

  /** One object a line. */
  private static final class JsonLines extends EmbedResults {

    /** A text with its embedding. */
    record Embedded(
        String text,
        int dimensions,
        float[] embedding,
        String model,
        String device,
        String engine,
        boolean truncated,
        double millis) {}

    /** A text without. */
    record Failed(String text, String error) {}

    JsonLines(@Nullable Path file, Console console) throws IOException {
      super(file, console);
    }

    @Override
    void print(String text, Embedding embedding, Embedder embedder) {
      Placement placement = embedder.placement();
      out.println(
          Json.line(
              new Embedded(
                  text,
                  embedder.dimensions(),
                  embedding.vector(),
                  embedder.name(),
                  placement.device().toString(),
                  placement.engine().label(),
                  embedding.truncated(),
                  embedding.nanos() / 1e6)));
    }

    @Override
    void printError(String text, String error) {
      out.println(Json.line(new Failed(text, error)));
    }
  }

  /** One array, written at the end, when its shape is known. */
  private static final class Array extends EmbedResults {

    /** A vector a text; an empty one for an error. */
    private final List<float[]> rows = new ArrayList<>();

    Array(@Nullable Path file, Console console) throws IOException {
      super(file, console);
    }

    @Override
    void print(String text, Embedding embedding, Embedder embedder) {
      rows.add(embedding.vector());
    }

    @Override
    void printError(String text, String error) {
      rows.add(new float[0]);
    }

    @Override
    void finish(Embedder embedder) throws IOException {
      int dimensions = embedder.dimensions();
      float[] values = new float[Math.multiplyExact(rows.size(), dimensions)];
      Arrays.fill(values, Float.NaN);
      for (int row = 0; row < rows.size(); row++) {
        float[] vector = rows.get(row);
        System.arraycopy(vector, 0, values, row * dimensions, vector.length);
      }
      Shape shape = Shape.of(rows.size(), dimensions);
      new Npy(ElementType.FLOAT32, shape, MemorySegment.ofArray(values))
          .writeTo(Channels.newChannel(out));
      super.finish(embedder);
    }
  }
}
