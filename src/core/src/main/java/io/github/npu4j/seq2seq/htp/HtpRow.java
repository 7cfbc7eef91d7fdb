package io.github.npu4j.seq2seq.htp;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.family.t5.T5Export;
import io.github.npu4j.tensor.ElementType;
import java.lang.foreign.MemorySegment;

/**
 * One unfinished answer on HTP: a binding of the decoder and the keys and values of the tokens so
 * far, off-heap in the decoder's own inputs. A step copies one slice of them a layer and head, and
 * allocates nothing.
 */
final class HtpRow implements AutoCloseable {

  private final HtpGraphs graphs;
  private final MemorySegment bias;
  private final Binding binding;
  private final MemorySegment token;
  private final ElementType tokenType;
  private final MemorySegment biasRow;
  private final MemorySegment selfMask;
  private final MemorySegment crossMask;
  private final MemorySegment logits;
  private final MemorySegment[] past;
  private final MemorySegment[] made;

  /** How many tokens were taken. */
  private int length;

  /**
   * Binds the decoder.
   *
   * @param bias the position biases by falling distance
   * @param binding of the decoder; owned
   * @param encoder has the text's keys and values in its outputs, which are the decoder's inputs
   */
  HtpRow(HtpGraphs graphs, MemorySegment bias, Binding binding, Binding encoder) {
    this.graphs = graphs;
    this.bias = bias;
    this.binding = binding;
    this.token = binding.input(HtpGraphs.TOKEN);
    this.tokenType = binding.inputSpec(HtpGraphs.TOKEN).type();
    this.biasRow = binding.input(HtpGraphs.POSITION_BIAS);
    this.selfMask = binding.input(HtpGraphs.SELF_MASK);
    this.crossMask = binding.input(HtpGraphs.CROSS_MASK);
    this.logits = binding.output(HtpGraphs.LOGITS);
    int count = graphs.tensors().size();
    this.past = new MemorySegment[count];
    this.made = new MemorySegment[count];
    for (int i = 0; i < count; i++) {
      String tensor = graphs.tensors().get(i);
      binding.bindInput(HtpGraphs.CROSS + tensor, encoder.output(HtpGraphs.CROSS + tensor));
      past[i] = binding.input(HtpGraphs.SELF + tensor);
      made[i] = binding.output(HtpGraphs.NEW + tensor);
    }
    for (int head = 0; head < graphs.heads(); head++) {
      long own = head * (graphs.slots() + 1L) + graphs.slots();
      long distanceZero = (head + 1L) * graphs.slots() - 1;
      biasRow.setAtIndex(JAVA_FLOAT, own, bias.getAtIndex(JAVA_FLOAT, distanceZero));
    }
  }

  /** Begins an answer to a text of so many tokens. */
  void begin(int textTokens) {
    length = 0;
    show(selfMask, 0);
    selfMask.setAtIndex(JAVA_FLOAT, graphs.slots(), 0);
    show(crossMask, textTokens);
  }

  /** Writes a mask that shows so many places and hides the others. */
  static void show(MemorySegment mask, int shown) {
    long count = mask.byteSize() / Float.BYTES;
    for (long place = 0; place < count; place++) {
      mask.setAtIndex(JAVA_FLOAT, place, place < shown ? 0 : T5Export.HIDDEN);
    }
  }

  /** Writes an integer of a type that ids have. */
  static void putId(MemorySegment ids, ElementType type, long place, long id) {
    if (type == ElementType.INT64) {
      ids.setAtIndex(JAVA_LONG, place, id);
    } else {
      ids.setAtIndex(JAVA_INT, place, (int) id);
    }
  }

  /** Becomes a copy of another row of the same text. */
  void become(HtpRow other) {
    length = other.length;
    MemorySegment.copy(other.selfMask, 0, selfMask, 0, selfMask.byteSize());
    MemorySegment.copy(other.crossMask, 0, crossMask, 0, crossMask.byteSize());
    long head = (long) graphs.slots() * graphs.keySize() * Float.BYTES;
    long filled = (long) length * graphs.keySize() * Float.BYTES;
    for (int i = 0; i < past.length; i++) {
      for (int h = 0; h < graphs.heads(); h++) {
        MemorySegment.copy(other.past[i], h * head, past[i], h * head, filled);
      }
    }
  }

  /** Takes a token, and has the scores of the next. */
  void take(int id) {
    putId(token, tokenType, 0, id);
    putBias();
    binding.run();
    keep();
    selfMask.setAtIndex(JAVA_FLOAT, length, 0);
    length++;
  }

  /** Copies the biases of the distances to the tokens before. */
  private void putBias() {
    long slots = graphs.slots();
    for (int head = 0; head < graphs.heads(); head++) {
      long from = head * slots + slots - 1 - length;
      MemorySegment.copy(
          bias,
          from * Float.BYTES,
          biasRow,
          head * (slots + 1) * Float.BYTES,
          (long) length * Float.BYTES);
    }
  }

  /** Copies the token's keys and values to their slots. */
  private void keep() {
    long slice = (long) graphs.keySize() * Float.BYTES;
    long head = graphs.slots() * slice;
    for (int i = 0; i < past.length; i++) {
      for (int h = 0; h < graphs.heads(); h++) {
        MemorySegment.copy(made[i], h * slice, past[i], h * head + length * slice, slice);
      }
    }
  }

  MemorySegment logits() {
    return logits;
  }

  @Override
  public void close() {
    binding.close();
  }
}
