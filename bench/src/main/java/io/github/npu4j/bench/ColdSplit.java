package io.github.npu4j.bench;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.family.registry.GraphPreparation;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.store.Cache;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.EmbedderOptions;
import io.github.npu4j.tokenizer.Tokenizer;
import java.time.Duration;
import java.time.Instant;

/**
 * Times the parts of a first embedding in a new virtual machine. The parts are done one after the
 * other here, so that each can be told; npu4j opens model and tokenizer at the same time.
 *
 * <p>Arguments: when the process was started, in nanoseconds since 1970; the model.
 */
final class ColdSplit {
  private static final String CASE = "the parts of a first embedding";

  private ColdSplit() {}

  /** Prints a series of one sample a part. */
  public static void main(String[] arguments) {
    Instant started = Instant.ofEpochSecond(0, Long.parseLong(arguments[0]));
    part("1 until main", Duration.between(started, Instant.now()).toNanos());
    long start = System.nanoTime();
    ModelFolder folder = ModelCatalog.standard().open(arguments[1]);
    start = part("2 catalog and model folder", System.nanoTime() - start);
    try (Tokenizer _ =
        Tokenizer.open(folder.requireTokenizer())) {
      start = part("3 tokenizer", System.nanoTime() - start);
      try (Model _ =
          Models.open(
              folder.path(),
              OpenOptions.on(Device.CPU),
              (onnx, opener) -> GraphPreparation.open(onnx, Cache.standard(), opener))) {
        part("4 ONNX Runtime and its session", System.nanoTime() - start);
      }
    }
    try (Embedder embedder = Embedder.open(folder, EmbedderOptions.defaults().withDevice(Device.CPU))) {
      start = System.nanoTime();
      embedder.embed("hello world");
      part("5 first text", System.nanoTime() - start);
    }
  }

  private static long part(String name, long nanos) {
    Lines.print("ColdSplit", CASE, name, "ms", nanos / 1e6);
    return System.nanoTime();
  }
}
