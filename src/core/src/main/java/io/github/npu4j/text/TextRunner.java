package io.github.npu4j.text;

import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Runs encoded texts, alone or in batches, and makes of each what a head makes of it.
 *
 * @param pool bindings of the model
 * @param head makes a text's values
 */
record TextRunner(BindingPool pool, EncoderHead head) {

  /** Runs one text and writes its values into an array. */
  void run(Encoding text, float[] destination, int offset) {
    TextBinding binding = pool.take(1, text.length());
    try {
      float[] values = computed(binding, text);
      System.arraycopy(values, 0, destination, offset, values.length);
    } catch (Throwable e) {
      binding.close();
      throw e;
    }
    pool.give(binding);
  }

  /** Runs one text and writes its values into memory, as binary32. */
  void run(Encoding text, MemorySegment destination) {
    TextBinding binding = pool.take(1, text.length());
    try {
      float[] values = computed(binding, text);
      MemorySegment.copy(
          values, 0, destination, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values.length);
    } catch (Throwable e) {
      binding.close();
      throw e;
    }
    pool.give(binding);
  }

  /**
   * Runs several texts at once.
   *
   * @param texts longest first
   * @return their values in the same order
   */
  float[][] run(List<Encoding> texts) {
    float[][] values = new float[texts.size()][];
    TextBinding binding = pool.take(texts.size(), texts.getFirst().length());
    try {
      for (int row = 0; row < texts.size(); row++) {
        binding.put(row, texts.get(row));
      }
      binding.run();
      for (int row = 0; row < texts.size(); row++) {
        values[row] = binding.apply(head, row, texts.get(row).length()).clone();
      }
    } catch (Throwable e) {
      binding.close();
      throw e;
    }
    pool.give(binding);
    return values;
  }

  /** Returns a text's values, which the binding overwrites with the next. */
  private float[] computed(TextBinding binding, Encoding text) {
    binding.put(0, text);
    binding.run();
    return binding.apply(head, 0, text.length());
  }
}
