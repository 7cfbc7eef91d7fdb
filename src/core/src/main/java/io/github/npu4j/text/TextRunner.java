package io.github.npu4j.text;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.internal.events.Events;
import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;

/**
 * Runs encoded texts, alone or in batches, and makes of each what a head makes of it.
 *
 * @param model what the model is called
 * @param pool bindings of the model
 * @param head makes a text's values
 * @param counters count each run
 */
record TextRunner(String model, BindingPool pool, EncoderHead head, EmbedderCounters counters) {

  /** Returns the same with other counters. */
  TextRunner countedBy(EmbedderCounters others) {
    return new TextRunner(model, pool, head, others);
  }

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
      run(binding, texts);
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
    Events.Embed event = Events.embed();
    binding.run();
    counters.ran(binding);
    if (event != null) {
      end(event, binding, 1, text.length());
    }
    return binding.apply(head, 0, text.length());
  }

  private void run(TextBinding binding, List<Encoding> texts) {
    Events.Embed event = Events.embed();
    binding.run();
    counters.ran(binding);
    if (event != null) {
      end(event, binding, texts.size(), texts.stream().mapToInt(Encoding::length).sum());
    }
  }

  private void end(Events.Embed event, TextBinding binding, int texts, int tokens) {
    Placement here = pool.placement();
    event.end(
        model,
        here.device().name().toLowerCase(Locale.ROOT),
        here.engine().label(),
        texts,
        tokens,
        binding.length(),
        binding.queueNanos());
  }
}
