package io.github.npu4j.text;

import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Runs encoded texts, alone or in batches.
 *
 * @param pool bindings of the model
 * @param pooling how token vectors become one
 * @param normalized whether that one is scaled to length 1
 */
record TextRunner(BindingPool pool, Pooling pooling, boolean normalized) {

  /** Runs one text and writes its vector into an array. */
  void run(Encoding text, float[] destination, int offset) {
    TextBinding binding = computed(text);
    float[] vector = binding.vector();
    System.arraycopy(vector, 0, destination, offset, vector.length);
    pool.give(binding);
  }

  /** Runs one text and writes its vector into memory, as binary32. */
  void run(Encoding text, MemorySegment destination) {
    TextBinding binding = computed(text);
    float[] vector = binding.vector();
    MemorySegment.copy(vector, 0, destination, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, vector.length);
    pool.give(binding);
  }

  /**
   * Runs several texts at once.
   *
   * @param texts longest first
   * @return their vectors in the same order
   */
  float[][] run(List<Encoding> texts) {
    float[][] vectors = new float[texts.size()][];
    TextBinding binding = pool.take(texts.size(), texts.getFirst().length());
    try {
      for (int row = 0; row < texts.size(); row++) {
        binding.put(row, texts.get(row));
      }
      binding.run();
      for (int row = 0; row < texts.size(); row++) {
        pool(binding, row, texts.get(row).length());
        vectors[row] = binding.vector().clone();
      }
    } catch (Throwable e) {
      binding.close();
      throw e;
    }
    pool.give(binding);
    return vectors;
  }

  /** Returns a binding that holds the text's vector, to be given back to the pool. */
  private TextBinding computed(Encoding text) {
    TextBinding binding = pool.take(1, text.length());
    try {
      binding.put(0, text);
      binding.run();
      pool(binding, 0, text.length());
      return binding;
    } catch (Throwable e) {
      binding.close();
      throw e;
    }
  }

  private void pool(TextBinding binding, int row, int tokens) {
    binding.pool(row, tokens, pooling);
    if (normalized) {
      float[] vector = binding.vector();
      Pooling.normalize(vector, 0, vector.length);
    }
  }
}
