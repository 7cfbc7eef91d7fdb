package io.github.npu4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.npu4j.testing.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reports as a browser shows them, on a telephone and on a desk, in light and in dark. */
class HtmlReportIT {

  /** Returns a list of sentences, each of what is wrong with the page. */
  private static final String FAULTS =
      """
      (() => {
        const faults = [];
        const name = e => e.tagName.toLowerCase() + ' "' + e.textContent.trim().slice(0, 40) + '"';
        const box = e => e.getBoundingClientRect();
        const screen = document.documentElement;
        if (screen.scrollWidth > innerWidth) faults.push('the page is ' + screen.scrollWidth + ' wide');
        // A colour of the style sheet as numbers, blended over what is below it.
        const colour = text => text.match(/[0-9.]+/g).map(Number);
        const below = e => {
          for (; e; e = e.parentElement) {
            const c = colour(getComputedStyle(e).backgroundColor);
            if (c.length < 4 || c[3] === 1) return c;
          }
          return [255, 255, 255];
        };
        const light = c => c.slice(0, 3).map(v => v / 255)
          .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const contrast = (a, b) => {
          const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
          return (high + 0.05) / (low + 0.05);
        };
        const legible = (e, property, least) => {
          const ground = property === 'backgroundColor' ? e.parentElement : e;
          const ratio = contrast(colour(getComputedStyle(e)[property]), below(ground));
          if (ratio < least) faults.push(name(e) + ' has a contrast of ' + ratio.toFixed(2));
        };
        for (const e of document.querySelectorAll('body *')) {
          if (e.closest('title,desc')) continue;
          const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
          if (own) legible(e, e.closest('svg') ? 'fill' : 'color', 4.5);
          const r = box(e);
          if (r.width && !e.closest('.scroll,svg') && (r.left < -0.5 || r.right > innerWidth + 0.5))
            faults.push(name(e) + ' leaves the screen');
        }
        document.querySelectorAll('svg .fill').forEach(e => legible(e, 'fill', 3));
        document.querySelectorAll('svg .range').forEach(e => legible(e, 'stroke', 3));
        document.querySelectorAll('.swatch').forEach(e => legible(e, 'backgroundColor', 3));
        for (const svg of document.querySelectorAll('svg')) {
          const canvas = box(svg);
          const labels = [...svg.querySelectorAll('text')];
          if (!svg.querySelector(':scope > title').textContent) faults.push('a plot has no title');
          if (!svg.querySelector(':scope > desc').textContent) faults.push('a plot has no desc');
          if (!svg.closest('section').querySelector('tbody tr')) faults.push('a plot has no table');
          labels.forEach((e, i) => {
            const r = box(e);
            if (r.left < canvas.left - 0.5 || r.right > canvas.right + 0.5
                || r.top < canvas.top - 0.5 || r.bottom > canvas.bottom + 0.5)
              faults.push(name(e) + ' leaves its plot');
            const size = parseFloat(getComputedStyle(e).fontSize) * canvas.width / svg.viewBox.baseVal.width;
            if (size < 9) faults.push(name(e) + ' is ' + size.toFixed(1) + ' pixels high');
            for (const other of labels.slice(i + 1)) {
              const o = box(other);
              const across = Math.min(r.right, o.right) - Math.max(r.left, o.left);
              const down = Math.min(r.bottom, o.bottom) - Math.max(r.top, o.top);
              if (across > 0.5 && down > 2) faults.push(name(e) + ' is over ' + name(other));
            }
          });
          for (const e of svg.querySelectorAll('rect,circle')) {
            const r = box(e);
            if (r.left < canvas.left - 1 || r.right > canvas.right + 1 || r.bottom > canvas.bottom + 1)
              faults.push('a shape leaves its plot');
          }
        }
        const cells = [...document.querySelectorAll('th,td')];
        cells.filter(e => e.scrollWidth > e.clientWidth + 1)
          .forEach(e => faults.push(name(e) + ' leaves its cell'));
        return faults;
      })()
      """;

  @TempDir private static Path profile;

  @TempDir Path folder;

  private static Browser browser;

  @BeforeAll
  static void start() throws IOException {
    Optional<Path> executable = Browser.find();
    if (executable.isEmpty()) {
      String reason = "no browser on the PATH: none of " + Browser.names();
      if ("true".equals(System.getenv("CI"))) {
        fail(reason);
      }
      Assumptions.abort(reason);
    }
    browser = Browser.start(executable.get(), profile);
  }

  @AfterAll
  static void end() {
    if (browser != null) {
      browser.close();
    }
  }

  private static BenchmarkRecord run(String name) {
    return switch (name) {
      case "embed" -> MadeUpRuns.embed("minilm", 1.1);
      case "alone" -> MadeUpRuns.cpuAlone(MadeUpRuns.HOSTILE);
      case "load" -> MadeUpRuns.load("minilm");
      default -> MadeUpRuns.hostile();
    };
  }

  private Path page(String name, BenchmarkRecord earlier) throws IOException {
    BenchmarkRecord run = run(name);
    return Files.writeString(
        folder.resolve(name + ".html"), HtmlReport.of(run, Comparison.of(earlier, run)));
  }

  @ParameterizedTest
  @CsvSource({
    "embed, 1280, light",
    "embed, 390, light",
    "embed, 1280, dark",
    "embed, 390, dark",
    "alone, 1280, light",
    "alone, 390, dark",
    "load, 1280, dark",
    "load, 390, light",
    "load, 390, dark",
    "hostile, 1280, light",
    "hostile, 390, dark"
  })
  void nothingIsIllegibleOrInTheWay(String name, int width, String scheme) throws IOException {
    BenchmarkRecord earlier = name.equals("embed") ? MadeUpRuns.embed("minilm", 1) : run(name);
    browser.screen(width, 844, scheme);
    Path page = page(name, earlier);
    browser.open(page);
    List<String> faults = new ArrayList<>();
    browser.evaluate(FAULTS).forEach(fault -> faults.add(fault.asText()));
    assertEquals(List.of(), faults);
    assertEquals(List.of(), browser.complaints());
    for (String request : browser.requests()) {
      assertTrue(request.startsWith("file:") || request.startsWith("data:"), request);
    }
    assertEquals(page.toUri().toString(), browser.requests().getLast().replace("data:,", ""));
    assertEquals(0, browser.evaluate("document.scripts.length + document.images.length").asInt());
    assertNotEquals("owned", browser.evaluate("document.title").asText());
  }

  @Test
  void theReaderChoosesLightOrDark() throws IOException {
    Path page = page("load", run("load"));
    String background = "getComputedStyle(document.body).backgroundColor";
    browser.screen(1280, 844, "light");
    browser.open(page);
    assertEquals("rgb(255, 255, 255)", browser.evaluate(background).asText());
    browser.screen(1280, 844, "dark");
    browser.open(page);
    assertEquals("rgb(21, 23, 27)", browser.evaluate(background).asText());
  }

  @Test
  void whatTheFaultsAreLookedForIsSeen() throws IOException {
    browser.screen(390, 844, "light");
    browser.open(page("load", run("load")));
    String worse =
        "document.querySelector('svg .label').setAttribute('x', 350);"
            + "document.querySelector('.muted').style.color = '#bbb';"
            + "document.querySelector('h1').style.width = '500px';";
    browser.evaluate(worse);
    JsonNode faults = browser.evaluate(FAULTS);
    String all = faults.toString();
    assertTrue(all.contains("leaves its plot"), all);
    assertTrue(all.contains("has a contrast of"), all);
    assertTrue(all.contains("leaves the screen"), all);
    assertTrue(all.contains("the page is"), all);
  }
}
