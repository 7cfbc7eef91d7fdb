package io.github.npu4j.cli.use;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.cli.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids, pieces and places of a text, with a vocabulary made here. */
class TokensCommandTest {

  @TempDir private Path folder;

  private final Terminal terminal = new Terminal();
  private String vocabulary = "";

  @BeforeEach
  void writeVocabulary() throws IOException {
    Path file = folder.resolve("vocab.txt");
    Files.writeString(file, "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhoney\nun\n##sold\n");
    vocabulary = file.toString();
  }

  @Test
  void showsIdsPiecesAndPlaces() {
    assertEquals(
        0, terminal.run("tokens", "--model", vocabulary, "unsold Honey"), terminal.notices());
    assertEquals(
        List.of(
            "2             [CLS]",
            "6  0-2        un",
            "7  2-6        ##sold",
            "5  7-12       honey",
            "3             [SEP]"),
        terminal.results().lines().map(String::strip).toList());
  }

  @Test
  void reportsThemAsData() {
    assertEquals(0, terminal.run("tokens", "--model", vocabulary, "--json", "honey"));
    String json = terminal.results().replaceAll("\\s", "");
    assertTrue(json.contains("\"count\":3"), json);
    assertTrue(
        json.contains("{\"id\":5,\"piece\":\"honey\",\"segment\":0,\"start\":0,\"end\":5}"), json);
  }

  @Test
  void aSecondTextIsEncodedWithTheFirst() {
    assertEquals(
        0, terminal.run("tokens", "--model", vocabulary, "--json", "honey", "--pair", "un"));
    String json = terminal.results().replaceAll("\\s", "");
    assertTrue(json.contains("\"count\":5"), json);
    assertTrue(json.contains("\"piece\":\"un\",\"segment\":1"), json);
  }

  @Test
  void aModelThatIsNotThereIsNamed() {
    assertEquals(3, terminal.run("tokens", "--model", folder.resolve("no").toString(), "x"));
  }
}
