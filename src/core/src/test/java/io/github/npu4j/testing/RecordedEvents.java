package io.github.npu4j.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Events of Java's Flight Recorder that npu4j made while something was done. */
public final class RecordedEvents {

  private RecordedEvents() {}

  /** Returns the events in the order in which they ended. */
  public static List<RecordedEvent> during(Path file, Runnable work) throws IOException {
    try (Recording recording = new Recording()) {
      for (String name : List.of("Open", "Load", "Embed", "Generate")) {
        recording.enable("io.github.npu4j." + name);
      }
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().startsWith("io.github.npu4j."))
        .sorted(Comparator.comparing(RecordedEvent::getEndTime))
        .toList();
  }

  /** Returns the events of one name. */
  public static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
    return events.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
  }

  /** Returns the one event of a name. */
  public static RecordedEvent only(List<RecordedEvent> events, String name) {
    List<RecordedEvent> found = of(events, name);
    assertEquals(1, found.size(), () -> name + " in " + events);
    return found.getFirst();
  }
}
