package io.github.npu4j.cli.use;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.Terminal;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("one test sets System.in")
class EmbedCommandIT {

  @TempDir Path folder;

  private final Terminal terminal = new Terminal();

  @BeforeAll
  static void pull() {
    ModelCatalog.standard().pull("minilm", Progress.NONE);
  }

  private List<JsonNode> objects() throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    for (String line : terminal.results().lines().toList()) {
      objects.add(new ObjectMapper().readTree(line));
    }
    return objects;
  }

  @Test
  void embedsItsArguments() throws IOException {
    int code = terminal.run("embed", "--format", "json", "--device", "cpu", "one text", " ");
    assertEquals(0, code, terminal.notices());
    List<JsonNode> objects = objects();
    assertEquals(2, objects.size());
    JsonNode first = objects.getFirst();
    List<String> names = new ArrayList<>();
    first.fieldNames().forEachRemaining(names::add);
    assertEquals(
        List.of(
            "text", "dimensions", "embedding", "model", "device", "engine", "truncated", "millis"),
        names);
    assertEquals("one text", first.get("text").asText());
    assertEquals(384, first.get("dimensions").asInt());
    assertEquals(384, first.get("embedding").size());
    assertEquals("minilm", first.get("model").asText());
    assertEquals("cpu", first.get("device").asText());
    assertFalse(first.get("truncated").asBoolean());
    assertTrue(first.get("millis").asDouble() > 0);
    assertEquals(" ", objects.get(1).get("text").asText());
  }

  @Test
  void neverWritesItsResultsOverItsInput() throws IOException {
    Path lines = Files.writeString(folder.resolve("lines.txt"), "one\ntwo\n");
    Path same = Files.createSymbolicLink(folder.resolve("link.txt"), lines);
    for (Path output : List.of(lines, same)) {
      int code =
          terminal.run(
              "embed", "--device", "cpu", "--input", lines.toString(), "-o", output.toString());
      assertEquals(2, code, terminal.notices());
      assertTrue(terminal.notices().contains("are the same file"), terminal.notices());
      assertEquals("one\ntwo\n", Files.readString(lines));
    }
  }

  @Test
  void answersEveryLineInOrder() throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes("first\n\n".getBytes(StandardCharsets.UTF_8));
    content.writeBytes(new byte[] {'b', 'a', 'd', (byte) 0xff, (byte) 0xfe, '\n'});
    content.writeBytes(("word ".repeat(200_000) + "\n").getBytes(StandardCharsets.UTF_8));
    content.writeBytes("\ud83d\ude00 last".getBytes(StandardCharsets.UTF_8));
    Path file = Files.write(folder.resolve("in.txt"), content.toByteArray());
    int code = terminal.run("embed", "--json", "--device", "cpu", "--input", file.toString());
    assertEquals(4, code, terminal.notices());
    List<JsonNode> objects = objects();
    assertEquals(5, objects.size());
    assertEquals("first", objects.get(0).get("text").asText());
    assertEquals("", objects.get(1).get("text").asText());
    assertEquals(384, objects.get(1).get("embedding").size());
    assertEquals("the line is not UTF-8", objects.get(2).get("error").asText());
    assertFalse(objects.get(2).has("embedding"));
    assertTrue(objects.get(3).get("truncated").asBoolean());
    assertEquals(1_000_000, objects.get(3).get("text").asText().length());
    assertEquals("\ud83d\ude00 last", objects.get(4).get("text").asText());
    assertTrue(terminal.notices().contains("text 4 was truncated"), terminal.notices());
  }

  @Test
  void writesAnArray() throws IOException {
    Path file = Files.write(folder.resolve("in.txt"), new byte[] {'a', '\n', (byte) 0xff, '\n'});
    Path out = folder.resolve("out.npy");
    int code =
        terminal.run(
            "embed",
            "--format",
            "npy",
            "--device",
            "cpu",
            "--input",
            file.toString(),
            "-o",
            out.toString());
    assertEquals(4, code, terminal.notices());
    try (Arena arena = Arena.ofConfined()) {
      Npy array = Npy.read(out, arena);
      assertEquals(Shape.of(2, 384), array.shape());
      float[] values = array.data().toArray(ValueLayout.JAVA_FLOAT);
      assertFalse(Float.isNaN(values[383]));
      assertTrue(Float.isNaN(values[384]) && Float.isNaN(values[767]));
    }
    assertEquals("", terminal.results());
  }

  @Test
  void readsStandardInputAndPrintsPlainValues() throws IOException {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("one\ntwo\n".getBytes(StandardCharsets.UTF_8)));
    try {
      assertEquals(0, terminal.run("embed", "--device", "cpu", "-"), terminal.notices());
    } finally {
      System.setIn(before);
    }
    List<String> lines = terminal.results().lines().toList();
    assertEquals(2, lines.size());
    assertEquals(384, lines.getFirst().split(" ").length);
    assertEquals(0, terminal.run("embed", "--device", "cpu", "--json", "one"));
    float[] values =
        new ObjectMapper().convertValue(objects().getFirst().get("embedding"), float[].class);
    String[] words = lines.getFirst().split(" ");
    float[] printed = new float[384];
    for (int i = 0; i < printed.length; i++) {
      printed[i] = Float.parseFloat(words[i]);
    }
    assertArrayEquals(values, printed, 1e-6f);
  }

  @Test
  void prependsThePrefixOfTheRole() throws IOException {
    ModelCatalog.standard().pull("e5-small", Progress.NONE);
    String[] common = {"embed", "--json", "--device", "cpu", "--model", "e5-small"};
    float[] asked = first(common, "--role", "query", "word");
    assertArrayEquals(asked, first(common, "query: word"), 1e-6f);
    assertTrue(Math.abs(asked[0] - first(common, "word")[0]) > 1e-6);
  }

  private float[] first(String[] common, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(common));
    arguments.addAll(List.of(more));
    assertEquals(0, terminal.run(arguments.toArray(String[]::new)), terminal.notices());
    return new ObjectMapper().convertValue(objects().getFirst().get("embedding"), float[].class);
  }

  @Test
  void saysWhatIsWrong() {
    assertEquals(2, terminal.run("embed"));
    assertTrue(terminal.notices().contains("--input FILE"), terminal.notices());
    assertEquals(2, terminal.run("embed", "text", "--input", "file"));
    assertEquals(2, terminal.run("embed", "--format", "xml", "text"));
    assertEquals(3, terminal.run("embed", "--model", "no-such-model", "text"));
    assertEquals(4, terminal.run("embed", "--input", folder.resolve("absent").toString()));
    assertTrue(terminal.notices().contains("absent does not exist"), terminal.notices());
    assertEquals("", terminal.results());
  }
}
