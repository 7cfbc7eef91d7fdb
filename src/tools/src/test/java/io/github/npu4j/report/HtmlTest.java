package io.github.npu4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.measure.DeviceResult;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlTest {

  @Test
  void nothingThatMeansSomethingInAPageIsLeft() {
    assertEquals(
        "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;", Html.escape("<a b=\"c\" d='e'>&amp;"));
    assertEquals("a b\uFFFDc\uFFFD\uFFFD", Html.escape("a\nb\u0000c\uD800\uFFFE"));
    assertEquals("\uD83D\uDE00 \u00e9", Html.escape("\uD83D\uDE00 \u00e9"));
  }

  @Test
  void whateverIsEscapedHasNoTag() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        text.append((char) random.nextInt(round % 2 == 0 ? 128 : 0x10000));
      }
      String escaped = Html.escape(text.toString());
      assertFalse(Pattern.compile("[<>\"'\\p{Cc}]").matcher(escaped).find(), escaped);
      assertTrue(escaped.matches("(?s)([^&]|&(amp|lt|gt|quot|#39);)*"), escaped);
    }
  }

  @Test
  void numbersHaveThreeDigitsThatCount() {
    assertEquals("0", Html.number(0));
    assertEquals("0.00123", Html.number(0.001234));
    assertEquals("1.23", Html.number(1.234));
    assertEquals("123", Html.number(123.4));
    assertEquals("123457", Html.number(123456.7));
    assertEquals("1.23e+09", Html.number(1.234e9));
  }

  @Test
  void aLongTextIsCutWhereItsRoomEnds() {
    assertEquals("abcde", Html.brief("abcde", 5));
    assertEquals("abcd…", Html.brief("abcdef", 5));
    assertEquals("\u4e00…", Html.brief("\u4e00\u4e01\u4e02", 5));
    assertEquals("bytes per text", Html.words("bytesPerText"));
    assertEquals("texts sha256", Html.words("textsSha256"));
  }

  @Test
  void aPageAsksForNothing() {
    for (BenchmarkRecord run :
        List.of(
            MadeUpRuns.embed("m", 1), MadeUpRuns.load(MadeUpRuns.HOSTILE), MadeUpRuns.hostile())) {
      String page = HtmlReport.of(run, Comparison.of(run, run));
      assertFalse(Pattern.compile("(?i)<script|<img|@import|url\\(|https?:").matcher(page).find());
      assertEquals(1, page.split("</html>", -1).length - 1);
      assertEquals(page.split("<svg ").length, page.split("</svg>").length);
      assertTrue(page.split("<table>").length >= page.split("<svg ").length);
    }
  }

  @Test
  void aRunInWhichNoDeviceTookPartIsAPageToo() {
    BenchmarkRecord none =
        new BenchmarkRecord(
            1,
            "load",
            "0.1",
            "then",
            new HostInfo("a", "b", 1, 0, "c"),
            new MeasuredModel("m", 0, ""),
            java.util.Map.of(),
            List.of(DeviceResult.absent("npu", "it is not here")));
    assertTrue(HtmlReport.of(none, null).contains("it is not here"));
  }
}
