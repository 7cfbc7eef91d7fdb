package io.github.npu4j.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import io.github.npu4j.internal.process.ChildJvm;
import io.github.npu4j.ort.Ort;
import io.github.npu4j.runtime.libraries.LoadedLibraries;
import io.github.npu4j.store.Cache;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ONNX Runtime is in the process once, whoever loads it first: npu4j by its C API, or langchain4j's
 * in-process model by ORT's Java package. Each order has a process of its own.
 */
class OneOnnxRuntimeIT {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Loads ONNX Runtime in the order that its argument says. */
  static final class Program {
    public static void main(String[] arguments) {
      ChildJvm.serve(() -> {
        String origin =
            switch (arguments[0]) {
              case "they-first" -> {
                theirs();
                yield ours();
              }
              case "we-first" -> {
                String first = ours();
                theirs();
                yield first;
              }
              case "they-between" -> {
                // Found, but not loaded yet when the other comes.
                LibrarySearch found = NativeRuntime.find().onnxruntime();
                theirs();
                Ort.load(found.require());
                yield ((LibrarySearch.Found) found).origin();
              }
              case "apart" -> {
                // As when they came from a class loader that read its properties before us.
                String first = ours();
                System.clearProperty(CoreLibrary.JAVA_FOLDER);
                theirs();
                yield first;
              }
              default -> throw new IllegalArgumentException(arguments[0]);
            };
        Ort bound = Ort.loaded().orElseThrow();
        List<Path> copies = LoadedLibraries.onnxruntimes();
        return List.of(
            origin,
            bound.path().toString(),
            copies.toString(),
            bound.version() + " " + OrtEnvironment.getEnvironment().getVersion());
      });
    }

    private static String ours() {
      LibrarySearch.Found found = (LibrarySearch.Found) NativeRuntime.find().onnxruntime();
      Ort.load(found.path());
      return found.origin();
    }

    private static void theirs() {
      float[] vector = new AllMiniLmL6V2EmbeddingModel().embed("one copy").content().vector();
      if (vector.length != 384) {
        throw new IllegalStateException("langchain4j gave " + vector.length + " numbers");
      }
    }
  }

  private static List<String> run(String order) {
    return ChildJvm.run(Program.class, List.of(order), LIMIT).require(order);
  }

  @ParameterizedTest
  @ValueSource(strings = {"they-first", "we-first", "they-between"})
  void oneCopyServesBoth(String order) {
    List<String> answer = run(order);
    assertEquals("[" + answer.get(1) + "]", answer.get(2), "copies in the process");
    assertEquals("1.29.0 1.29.0", answer.get(3));
  }

  @Test
  void theirsIsTakenWhenTheyWereFirst() {
    List<String> answer = run("they-first");
    assertEquals("loaded in this process already", answer.get(0));
    assertTrue(answer.get(1).contains("onnxruntime-java"), answer.get(1));
  }

  @Test
  void theyTakeOursWhenWeWereFirst() {
    Path ours = NativeRuntime.find().cache().folder(Cache.Section.RUNTIME);
    assertTrue(run("we-first").get(1).startsWith(ours.toString()));
  }

  @Test
  void twoCopiesAreToldWhereTheyCouldNotBeAvoided() {
    List<String> answer = run("apart");
    assertTrue(answer.get(2).contains(answer.get(1)), answer.toString());
    assertEquals(2, answer.get(2).split(", ").length, answer.toString());
  }
}
