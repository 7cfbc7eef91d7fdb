package io.github.npu4j.seq2seq;

import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.runtime.Device;
import java.util.Objects;

/**
 * How a {@link Seq2Seq} is to work. Immutable; each {@code with} method returns a changed copy.
 *
 * @param model where the model is to run and with what
 * @param cachedTexts how many texts' answers to keep for when they come again; 0 for none. Answers
 *     that are drawn by chance are never kept.
 */
public record Seq2SeqOptions(OpenOptions model, int cachedTexts) {

  /** Checks the values. */
  public Seq2SeqOptions {
    Objects.requireNonNull(model, "model");
    if (cachedTexts < 0) {
      throw new IllegalArgumentException(cachedTexts + " cached texts can't be");
    }
  }

  /** Returns the options for the best device there is, without a cache. */
  public static Seq2SeqOptions defaults() {
    return new Seq2SeqOptions(OpenOptions.on(Device.AUTO), 0);
  }

  /** Returns a copy for a model that is opened in this way. */
  public Seq2SeqOptions withModel(OpenOptions opened) {
    return new Seq2SeqOptions(opened, cachedTexts);
  }

  /** Returns a copy for a device. */
  public Seq2SeqOptions withDevice(Device device) {
    return withModel(model.withDevice(device));
  }

  /** Returns a copy that keeps the answers to the {@code count} texts that were used last. */
  public Seq2SeqOptions withCachedTexts(int count) {
    return new Seq2SeqOptions(model, count);
  }
}
