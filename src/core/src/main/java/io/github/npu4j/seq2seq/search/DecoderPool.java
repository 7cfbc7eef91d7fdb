package io.github.npu4j.seq2seq.search;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Decoders that wait for their next text, so that threads share a model without sharing a decoder
 * and memory is made and bound once.
 */
public final class DecoderPool implements AutoCloseable {

  /** As many threads as that find a decoder ready; a decoder of T5-small's size has some 10 MB. */
  private static final int MOST_IDLE = 4;

  private record Waiting(int bucket, Decoder decoder) {}

  private final DecoderSource source;
  private final ArrayList<Waiting> idle = new ArrayList<>();

  /** Makes an empty pool. */
  public DecoderPool(DecoderSource source) {
    this.source = source;
  }

  /** Returns a decoder for texts of a bucket; the caller's until given back. */
  public Decoder take(int bucket) {
    Decoder waiting = takeIdle(bucket);
    return waiting == null ? source.newDecoder(bucket) : waiting;
  }

  /** Takes a decoder back after a search that ended well; one that did not is to be closed. */
  public void give(int bucket, Decoder decoder) {
    Waiting oldest = null;
    synchronized (idle) {
      idle.add(new Waiting(bucket, decoder));
      if (idle.size() > MOST_IDLE) {
        oldest = idle.removeFirst();
      }
    }
    if (oldest != null) {
      oldest.decoder().close();
    }
  }

  private @Nullable Decoder takeIdle(int bucket) {
    synchronized (idle) {
      for (int i = idle.size() - 1; i >= 0; i--) {
        if (idle.get(i).bucket() == bucket) {
          return idle.remove(i).decoder();
        }
      }
    }
    return null;
  }

  /** Closes the decoders that wait. */
  @Override
  public void close() {
    synchronized (idle) {
      idle.forEach(waiting -> waiting.decoder().close());
      idle.clear();
    }
  }
}
