package io.github.npu4j.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.npu4j.error.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldOutTest {

  private static final String ALARM = "{\"intent\":\"alarm\",\"slots\":{}}";

  @TempDir private Path folder;

  @Test
  void countsWholeAnswersAndIntents() {
    List<HeldOut.Pair> pairs =
        List.of(
            new HeldOut.Pair("a", ALARM),
            new HeldOut.Pair("b", ALARM),
            new HeldOut.Pair("c", ALARM),
            new HeldOut.Pair("d", "no json"));
    List<String> answers =
        List.of(ALARM, "{\"intent\":\"alarm\"}", "{\"intent\":\"alarm\"", "no json");
    HeldOut.Score score = HeldOut.score(pairs, answers, 1);
    assertEquals(4, score.sentences());
    assertEquals(2, score.exact());
    assertEquals(50, score.exactPercent());
    assertEquals(3, score.intents());
    assertEquals(2, score.rightIntents());
    assertEquals(
        List.of(new HeldOut.Failure("b", ALARM, "{\"intent\":\"alarm\"}")), score.firstFailures());
  }

  @Test
  void readsSentencesAndAnswers() throws IOException {
    Path file = folder.resolve("heldout.tsv");
    Files.writeString(file, "wake me\t" + ALARM + "\n\nhi\tno\tyes\n");
    assertEquals(
        List.of(new HeldOut.Pair("wake me", ALARM), new HeldOut.Pair("hi", "no\tyes")),
        HeldOut.read(file));
  }

  @Test
  void refusesWhatIsNoSuchFile() throws IOException {
    Path file = folder.resolve("heldout.tsv");
    assertThrows(BadInputException.class, () -> HeldOut.read(file));
    Files.writeString(file, "");
    assertThrows(BadInputException.class, () -> HeldOut.read(file));
    Files.writeString(file, "no tab\n");
    BadInputException refused = assertThrows(BadInputException.class, () -> HeldOut.read(file));
    assertEquals("the line \"no tab\" has no tab", refused.why());
  }
}
