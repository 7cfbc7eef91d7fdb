package io.github.npu4j.bench;

import io.github.npu4j.store.Digest;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Times the hashing of bytes that lie in Java's heap already: no file, no load.
 *
 * <p>Arguments: the file, the case, how many rounds warm up, how many are timed.
 */
final class HashesAlone {
  private HashesAlone() {}

  /** Prints one series. */
  public static void main(String[] arguments) throws Exception {
    MemorySegment content = MemorySegment.ofArray(Files.readAllBytes(Path.of(arguments[0])));
    int warmups = Integer.parseInt(arguments[2]);
    double[] samples = new double[Integer.parseInt(arguments[3])];
    for (int round = -warmups; round < samples.length; round++) {
      long start = System.nanoTime();
      Digest.of(content);
      if (round >= 0) {
        samples[round] = (System.nanoTime() - start) / 1e6;
      }
    }
    Lines.print("ContextLoad", arguments[1], "hashes-alone", "ms/op", samples);
  }
}
