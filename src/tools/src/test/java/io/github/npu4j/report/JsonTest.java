package io.github.npu4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class JsonTest {

  private enum Fruit {
    RED_APPLE
  }

  private record Basket(String owner, List<Fruit> fruits, Optional<Path> where) {}

  @Test
  void recordsAreObjectsInTheirOwnOrder() {
    assertEquals(
        "{\"owner\":\"\u00e9\\\"\",\"fruits\":[\"red_apple\"],\"where\":null}",
        Json.line(new Basket("\u00e9\"", List.of(Fruit.RED_APPLE), Optional.empty())));
  }

  @Test
  void numbersKeepTheirShortestForm() {
    assertEquals("[0.1,1.0E-7,3]", Json.line(new Object[] {0.1f, 1e-7, 3L}));
    assertEquals(
        "[0.1,\"NaN\",\"-Infinity\"]",
        Json.line(new float[] {0.1f, Float.NaN, Float.NEGATIVE_INFINITY}));
    assertEquals("1.5", Json.line(Duration.ofNanos(1_500_000)));
    assertEquals("[7,null]", Json.line(List.of(OptionalInt.of(7), OptionalInt.empty())));
  }

  @Test
  void mapsKeepTheirOrderAndNull() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("b", null);
    map.put("a", true);
    assertEquals("{\"b\":null,\"a\":true}", Json.line(map));
  }

  /** Some readers take these three for the end of a line. */
  @Test
  void whatSomeTakeForTheEndOfALineIsEscaped() {
    assertEquals("\"a\\u0085b\\u2028c\\u2029d\"", Json.line("a\u0085b\u2028c\u2029d"));
    assertEquals(
        "\"\u0084\u2027\u202a\u00e4\ud83d\ude00\"",
        Json.line("\u0084\u2027\u202a\u00e4\ud83d\ude00"));
  }
}
