package io.github.npu4j.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.text.Batches.Waiting;
import io.github.npu4j.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {

  private static List<Waiting> texts(int... lengths) {
    return IntStream.range(0, lengths.length)
        .mapToObj(place ->
            new Waiting(place, new Encoding(new long[lengths[place]], new long[0], lengths[place])))
        .toList();
  }

  private static List<List<Integer>> lengths(List<List<Waiting>> batches) {
    return batches.stream().map(batch -> batch.stream().map(Waiting::length).toList()).toList();
  }

  @Test
  void groupsLikeLengthsLongestFirst() {
    assertEquals(
        List.of(List.of(50, 50), List.of(10, 10, 10), List.of(3)),
        lengths(Batches.of(texts(10, 50, 3, 10, 50, 10), 1000)));
    assertEquals(List.of(), Batches.of(List.of(), 1000));
  }

  @Test
  void keepsToTheBudget() {
    assertEquals(List.of(List.of(10, 10), List.of(10)), lengths(Batches.of(texts(10, 10, 10), 29)));
    assertEquals(List.of(List.of(500), List.of(400)), lengths(Batches.of(texts(400, 500), 100)));
    assertEquals(
        List.of(List.of(2), List.of(2), List.of(2)), lengths(Batches.of(texts(2, 2, 2), 1)));
  }

  @Test
  void takesEveryTextOnceWithLittlePadding() {
    Random random = new Random(4);
    List<Waiting> texts = texts(random.ints(500, 3, 256).toArray());
    List<List<Waiting>> batches = Batches.of(texts, 1024);
    List<Integer> places = new ArrayList<>();
    long padded = 0;
    long computed = 0;
    for (List<Waiting> batch : batches) {
      int longest = batch.getFirst().length();
      computed += (long) longest * batch.size();
      assertTrue(batch.size() == 1 || longest * batch.size() <= 1024);
      for (Waiting text : batch) {
        assertTrue(text.length() <= longest);
        padded += longest - text.length();
        places.add(text.place());
      }
    }
    assertEquals(IntStream.range(0, 500).boxed().toList(), places.stream().sorted().toList());
    assertTrue(padded < 0.08 * computed, padded + " of " + computed);
    assertTrue(batches.size() < 250, batches.size() + " batches");
  }
}
