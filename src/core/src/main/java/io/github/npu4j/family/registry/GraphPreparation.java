package io.github.npu4j.family.registry;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.family.ModelFamily;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.WeightPlacement;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.entries.FileEntries;
import io.github.npu4j.store.files.FileTree;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Rewrites a model once for the CPU, so that ONNX Runtime has less to do in each run and when it is
 * opened, and keeps the result in the cache.
 *
 * <p>A graph that a family recognises gets that family's form, with its weights in a file that is
 * mapped: a BERT encoder ONNX Runtime's fused operators, say. Any other model stays as it is. Of
 * all models those used last are kept. The entry in the cache belongs to the state of one file: its
 * path, size, time and number. Where the cache can't be written the model is rewritten for each
 * opening, and where that fails too it runs as it is; its answers are the same within 1e-5 in every
 * case.
 *
 * <p>Safe for use by many threads and processes.
 */
public final class GraphPreparation {

  private static final Logger LOGGER = System.getLogger("io.github.npu4j.onnx");

  /** To be raised when models are rewritten differently than before. */
  private static final int VERSION = 1;

  private static final String PREFIX = "prepared-" + VERSION + "-";
  private static final String MODEL = "model.onnx";

  /** How many rewritten models the cache keeps, each as large as its original. */
  private static final int MOST_MODELS = 8;

  private GraphPreparation() {}

  /**
   * Opens a model in the form that is fastest on the CPU.
   *
   * @param onnx the model
   * @param cache where its form is kept
   * @param opener opens a file; it is called again with the model itself if it throws for another
   * @throws NpuException what the opener throws for the model itself
   */
  public static <M> M open(Path onnx, Cache cache, Function<Path, M> opener) {
    if (!Files.isRegularFile(onnx)) {
      return opener.apply(onnx);
    }
    try {
      Path prepared = cached(onnx, cache);
      return opener.apply(Files.exists(prepared) ? prepared : onnx);
    } catch (IOException unwritable) {
      LOGGER.log(Level.DEBUG, "{0} is prepared for this opening only: {1}", onnx, unwritable);
      return openOnce(onnx, opener);
    } catch (NpuException refused) {
      LOGGER.log(Level.DEBUG, "{0} runs unprepared: {1}", onnx, refused.getMessage());
      return opener.apply(onnx);
    }
  }

  /** Returns the prepared model's place in the cache; there is no file for one that stays. */
  private static Path cached(Path onnx, Cache cache) throws IOException {
    FileEntries prepared = new FileEntries(cache, Cache.Section.COMPILED, PREFIX, MOST_MODELS);
    Path entry = prepared.publish(onnx.toRealPath(), folder -> write(onnx, folder, Weights.BESIDE));
    return entry.resolve(MODEL);
  }

  /** Opens a model that is rewritten into a folder that is gone again. */
  private static <M> M openOnce(Path onnx, Function<Path, M> opener) {
    try {
      Path folder = Files.createTempDirectory("npu4j-prepared");
      try {
        write(onnx, folder, Weights.INSIDE);
        Path prepared = folder.resolve(MODEL);
        return opener.apply(Files.exists(prepared) ? prepared : onnx);
      } finally {
        FileTree.delete(folder);
      }
    } catch (IOException | NpuException failed) {
      LOGGER.log(Level.DEBUG, "{0} runs unprepared: {1}", onnx, failed.getMessage());
      return opener.apply(onnx);
    }
  }

  /** Where the weights of a rewritten model go. */
  private enum Weights {
    /** Beside it, where they are mapped and must stay while the model is open. */
    BESIDE(0),
    /** Into it, from where ONNX Runtime copies them. */
    INSIDE(GraphBuilder.MOST_INSIDE);

    final long mostInside;

    Weights(long mostInside) {
      this.mostInside = mostInside;
    }
  }

  /** Writes the model's other form into a folder; nothing, if it has none. */
  private static void write(Path onnx, Path folder, Weights place) throws IOException {
    WeightPlacement placement = new WeightPlacement.Beside(place.mostInside);
    try {
      OnnxModel model = OnnxModel.read(onnx);
      for (ModelFamily family : Families.all()) {
        if (family.writeCpuForm(model, folder.resolve(MODEL), placement)) {
          return;
        }
      }
      LOGGER.log(Level.DEBUG, "{0} stays as it is: no family knows it", onnx);
    } catch (InternalError cutShort) {
      // How the VM reports a page of a mapped file that is no longer there.
      throw new BadModelException(onnx + " changed while it was read", "", "Try again.", cutShort);
    }
  }
}
