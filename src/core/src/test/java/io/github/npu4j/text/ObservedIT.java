package io.github.npu4j.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.store.Progress;
import io.github.npu4j.testing.RecordedEvents;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be seen of an embedder from outside: events, counters, interruption. */
class ObservedIT {

  private static Path model;

  @TempDir Path folder;

  @BeforeAll
  static void pull() {
    model = ModelCatalog.standard().pull("minilm", Progress.NONE).path();
  }

  @AfterEach
  void clearInterrupt() {
    var _ = Thread.interrupted();
  }

  @Test
  void recordsOpeningsLoadsAndRuns() throws Exception {
    List<RecordedEvent> events =
        RecordedEvents.during(
            folder.resolve("events.jfr"),
            () -> {
              try (Embedder embedder = Embedder.open("minilm", Device.AUTO)) {
                embedder.embed("one two");
                embedder.embedAll(List.of("three", "four"));
              }
            });

    RecordedEvent open = RecordedEvents.only(events, "io.github.npu4j.Open");
    assertEquals("minilm", open.getString("model"));
    assertEquals("cpu", open.getString("device"));
    assertEquals("ort", open.getString("engine"));
    assertTrue(open.getString("passedOver").startsWith("npu (direct): "), open::toString);

    RecordedEvent load = RecordedEvents.only(events, "io.github.npu4j.Load");
    assertTrue(load.getString("file").endsWith(".onnx"), load::toString);
    assertTrue(load.getLong("bytes") > 10_000, load::toString);
    assertTrue(load.getDuration().compareTo(open.getDuration()) <= 0, load::toString);

    List<RecordedEvent> runs = RecordedEvents.of(events, "io.github.npu4j.Embed");
    assertEquals(2, runs.size());
    RecordedEvent alone = runs.getFirst();
    assertEquals("minilm", alone.getString("model"));
    assertEquals("cpu", alone.getString("device"));
    assertEquals(1, alone.getInt("texts"));
    assertEquals(4, alone.getInt("tokens"));
    assertEquals(4, alone.getInt("bucket"));
    assertEquals(0, alone.getLong("queueTime"));
    RecordedEvent batch = runs.getLast();
    assertEquals(2, batch.getInt("texts"));
    assertEquals(6, batch.getInt("tokens"));
    assertEquals(3, batch.getInt("bucket"));
  }

  @Test
  void countsRunsAndTheirPadding() {
    try (Embedder embedder = Embedder.open("minilm", Device.CPU)) {
      embedder.warmUp();
      embedder.embed("one");
      embedder.embedAll(List.of("three four", "five six"));
      EmbedderStatistics statistics = embedder.statistics();
      assertEquals(3, statistics.texts());
      assertEquals(2, statistics.executions());
      assertEquals(3 + 4 + 4, statistics.tokens());
      assertEquals(3 + 4 + 4, statistics.paddedTokens());
      assertEquals(0, statistics.queueNanos());
    }
  }

  @Test
  void opensNothingOnAnInterruptedThreadAndSaysSo() {
    for (Device device : List.of(Device.AUTO, Device.CPU)) {
      Thread.currentThread().interrupt();
      RunAbortedException byName =
          assertThrows(RunAbortedException.class, () -> Embedder.open("minilm", device));
      assertEquals("opening minilm was interrupted", byName.what());
      RunAbortedException byFolder =
          assertThrows(RunAbortedException.class, () -> Embedder.open(model, device));
      assertEquals("opening " + model + " was interrupted", byFolder.what());
      assertTrue(Thread.interrupted(), "the interrupt is still there");
    }
  }
}
