package io.github.npu4j.seq2seq.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.seq2seq.generation.Strategy.Sampling.Cut;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SamplingCutTest {

  /** What stays is what transformers keeps, as {@code t5/cuts.py} recorded it. */
  @Test
  void keepsWhatTransformersKeeps() throws IOException {
    JsonNode cases;
    try (InputStream in =
        Objects.requireNonNull(SamplingCutTest.class.getResourceAsStream("/t5/cuts.json"))) {
      cases = new ObjectMapper().readTree(in).get("cases");
    }
    assertTrue(cases.size() >= 60, cases.size() + " cases");
    int cut = 0;
    for (JsonNode given : cases) {
      JsonNode options = given.get("options");
      double[] weights =
          given.get("logits").valueStream().mapToDouble(v -> Math.exp(v.asDouble())).toArray();
      long[] tokens = LongStream.range(0, weights.length).toArray();
      SamplingCut by =
          new SamplingCut(
              new Cut(
                  (float) options.path("min_p").asDouble(0),
                  (float) options.path("typical_p").asDouble(1),
                  (float) options.path("epsilon_cutoff").asDouble(0),
                  (float) options.path("eta_cutoff").asDouble(0)));
      int left = by.apply(tokens, weights, tokens.length);
      long[] kept = given.get("kept").valueStream().mapToLong(JsonNode::asLong).toArray();
      assertArrayEquals(kept, Arrays.copyOf(tokens, left), options.toString());
      cut += left < tokens.length ? 1 : 0;
    }
    assertTrue(cut > cases.size() / 2, cut + " cases leave something out");
  }

  @Test
  void nothingIsLeftOutUnlessItIsAsked() {
    long[] tokens = {4, 2};
    assertEquals(2, new SamplingCut(Cut.NONE).apply(tokens, new double[] {1, 1e-30}, 2));
  }
}
