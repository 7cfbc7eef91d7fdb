package io.github.npu4j.family.decoder;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One unfinished answer: a binding of a static decoder, and the keys and values of the tokens so
 * far, off-heap in the decoder's own inputs. A step copies one slice of them a layer and head, and
 * allocates nothing. Belongs to one thread at a time.
 */
public final class DecoderStep implements AutoCloseable {

  private final StaticDecoder graphs;
  private final @Nullable PositionBias bias;
  private final Binding binding;
  private final MemorySegment token;
  private final ElementType tokenType;
  private final @Nullable MemorySegment biasRow;
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
   * @param bias the position biases, for a decoder that takes them; must outlive this
   * @param binding of the decoder; owned
   * @param encoder has the text's keys and values in its outputs, which are the decoder's inputs
   * @throws IllegalArgumentException if the decoder takes position biases and there are none
   */
  public DecoderStep(
      StaticDecoder graphs, @Nullable PositionBias bias, Binding binding, Binding encoder) {
    if (graphs.hasPositionBias() && bias == null) {
      throw new IllegalArgumentException("the decoder takes position biases");
    }
    this.graphs = graphs;
    this.bias = graphs.hasPositionBias() ? bias : null;
    this.binding = binding;
    this.token = binding.input(StaticDecoder.TOKEN);
    this.tokenType = binding.inputSpec(StaticDecoder.TOKEN).type();
    this.biasRow = graphs.hasPositionBias() ? binding.input(StaticDecoder.POSITION_BIAS) : null;
    this.selfMask = binding.input(StaticDecoder.SELF_MASK);
    this.crossMask = binding.input(StaticDecoder.CROSS_MASK);
    this.logits = binding.output(StaticDecoder.LOGITS);
    int count = graphs.tensors().size();
    this.past = new MemorySegment[count];
    this.made = new MemorySegment[count];
    for (int i = 0; i < count; i++) {
      String tensor = graphs.tensors().get(i);
      binding.bindInput(StaticDecoder.CROSS + tensor, encoder.output(StaticDecoder.CROSS + tensor));
      past[i] = binding.input(StaticDecoder.SELF + tensor);
      made[i] = binding.output(StaticDecoder.NEW + tensor);
    }
    if (bias != null && biasRow != null) {
      for (int head = 0; head < graphs.heads(); head++) {
        long own = head * (graphs.maxNewTokens() + 1L) + graphs.maxNewTokens();
        biasRow.setAtIndex(JAVA_FLOAT, own, bias.own(head, graphs.maxNewTokens()));
      }
    }
  }

  /** Begins an answer to a text of so many tokens. */
  public void begin(int textTokens) {
    length = 0;
    StaticDecoder.show(selfMask, 0);
    selfMask.setAtIndex(JAVA_FLOAT, graphs.maxNewTokens(), 0);
    StaticDecoder.show(crossMask, textTokens);
  }

  /** Becomes a copy of another row of the same text. */
  public void become(DecoderStep other) {
    length = other.length;
    MemorySegment.copy(other.selfMask, 0, selfMask, 0, selfMask.byteSize());
    MemorySegment.copy(other.crossMask, 0, crossMask, 0, crossMask.byteSize());
    long head = (long) graphs.maxNewTokens() * graphs.keySize() * Float.BYTES;
    long filled = (long) length * graphs.keySize() * Float.BYTES;
    for (int i = 0; i < past.length; i++) {
      for (int h = 0; h < graphs.heads(); h++) {
        MemorySegment.copy(other.past[i], h * head, past[i], h * head, filled);
      }
    }
  }

  /** Takes a token, and has the scores of the next. */
  public void take(int id) {
    place(id);
    runPlaced();
  }

  /** Puts a token into the decoder's inputs, which are then those of a step. */
  public void place(int id) {
    StaticDecoder.putId(token, tokenType, 0, id);
    putBias();
  }

  /** Runs the decoder on the token that was placed, and keeps what it makes of it. */
  public void runPlaced() {
    binding.run();
    keep();
    selfMask.setAtIndex(JAVA_FLOAT, length, 0);
    length++;
  }

  /** Returns how long the last step waited for its turn on the device, in nanoseconds. */
  public long queueNanos() {
    return binding.queueNanos();
  }

  /** Forgets the keys, values and biases of former answers, which are hidden, not gone. */
  public void clear() {
    for (MemorySegment keys : past) {
      keys.fill((byte) 0);
    }
    if (bias != null && biasRow != null) {
      int places = graphs.maxNewTokens() + 1;
      for (int head = 0; head < graphs.heads(); head++) {
        for (int place = 0; place < graphs.maxNewTokens(); place++) {
          biasRow.setAtIndex(JAVA_FLOAT, (long) head * places + place, 0);
        }
      }
    }
  }

  /** Copies the biases of the distances to the tokens before. */
  private void putBias() {
    if (bias == null || biasRow == null) {
      return;
    }
    long slots = graphs.maxNewTokens();
    for (int head = 0; head < graphs.heads(); head++) {
      long from = head * slots + slots - 1 - length;
      MemorySegment.copy(
          bias.byFallingDistance(),
          from * Float.BYTES,
          biasRow,
          head * (slots + 1) * Float.BYTES,
          (long) length * Float.BYTES);
    }
  }

  /** Copies the token's keys and values to their slots. */
  private void keep() {
    long slice = (long) graphs.keySize() * Float.BYTES;
    long head = graphs.maxNewTokens() * slice;
    for (int i = 0; i < past.length; i++) {
      for (int h = 0; h < graphs.heads(); h++) {
        MemorySegment.copy(made[i], h * slice, past[i], h * head + length * slice, slice);
      }
    }
  }

  /** Returns the decoder's binding, whose inputs are those of the step that was placed. */
  public Binding binding() {
    return binding;
  }

  /** Returns the scores of the next token, float32 {@code [V]}; of the last step. */
  public MemorySegment logits() {
    return logits;
  }

  @Override
  public void close() {
    binding.close();
  }
}
