package io.github.npu4j.text;

import io.github.npu4j.tensor.ElementType;
import java.lang.foreign.MemorySegment;

/**
 * What is made of an encoder's output for one text: a vector, a score, the scores of some classes.
 * Has no state of its own, so threads may share it.
 */
interface EncoderHead {

  /**
   * Returns how many values it makes.
   *
   * @param width the length of a row of the output
   */
  int size(int width);

  /**
   * Returns how many values it needs to work with.
   *
   * @param width the length of a row of the output
   */
  int scratch(int width);

  /**
   * Makes the values of one text.
   *
   * @param rows the text's rows of the output, {@code tokens x width}, packed
   * @param type {@code FLOAT32} or {@code FLOAT16}
   * @param tokens how many rows count; 1 where the graph gives one row a text
   * @param width the length of a row
   * @param scratch at least {@link #scratch} values, with anything in them
   * @param result receives {@link #size} values
   */
  void apply(
      MemorySegment rows, ElementType type, int tokens, int width, float[] scratch, float[] result);
}
