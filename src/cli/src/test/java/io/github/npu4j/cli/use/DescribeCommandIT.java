package io.github.npu4j.cli.use;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.artifact.VectorOutput;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.Terminal;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A downloaded encoder whose folder says nothing: refused, described, then embedded. */
class DescribeCommandIT {

  @TempDir Path folder;

  private final Terminal terminal = new Terminal();

  private String model() throws IOException {
    ModelFolder minilm = ModelCatalog.standard().pull("minilm", Progress.NONE);
    Path bare = Files.createDirectories(folder.resolve("mine"));
    Files.copy(minilm.requireOnnx(), bare.resolve(ModelFolder.ONNX));
    Files.copy(minilm.requireTokenizer(), bare.resolve(ModelFolder.TOKENIZER));
    return bare.toString();
  }

  @Test
  void whatNoFileDecidesIsRefusedWithTheLineThatDecides() throws IOException {
    String model = model();
    assertEquals(4, terminal.run("embed", "--device", "cpu", "--model", model, "x"));
    assertTrue(terminal.notices().contains("pooling"), terminal.notices());
    assertTrue(
        terminal.notices().contains("npu4j describe " + model + " --pooling mean --normalize"),
        terminal.notices());

    assertEquals(4, terminal.run("describe", model));
    assertTrue(terminal.results().contains("not decided by any file: pooling, normalized"));
    assertFalse(Files.exists(Path.of(model, ModelFolder.DESCRIPTION)));

    assertEquals(
        0,
        terminal.run("describe", model, "--pooling", "mean", "--normalize", "--json"),
        terminal.notices());
    JsonNode report = new ObjectMapper().readTree(terminal.results());
    assertEquals(0, report.get("undecided").size());
    assertEquals(
        Path.of(model, ModelFolder.DESCRIPTION).toString(), report.get("written").asText());
    VectorOutput output = ModelFolder.open(Path.of(model)).description().output();
    assertEquals(List.of(Pooling.MEAN), output.pooling());
    assertEquals(384, output.dimensions().getAsInt());
    assertEquals(
        ModelDescription.Kind.EMBEDDING, ModelFolder.open(Path.of(model)).description().kind());

    assertEquals(0, terminal.run("embed", "--device", "cpu", "--model", model, "x"));
    String own = terminal.results();
    assertEquals(0, terminal.run("embed", "--device", "cpu", "--model", "minilm", "x"));
    assertEquals(terminal.results(), own, "the catalog's description says the same");
  }

  @Test
  void aModelOfTheCatalogIsShownAndNeverChanged() throws IOException {
    ModelFolder minilm = ModelCatalog.standard().pull("minilm", Progress.NONE);
    byte[] before = Files.readAllBytes(minilm.path().resolve(ModelFolder.DESCRIPTION));
    assertEquals(0, terminal.run("describe", "minilm", "--json"), terminal.notices());
    JsonNode report = new ObjectMapper().readTree(terminal.results());
    assertEquals(minilm.path().toString(), report.get("folder").asText());
    assertTrue(report.get("written").isNull(), report.toString());
    assertEquals(4, terminal.run("describe", "minilm", "--pooling", "cls"));
    assertTrue(terminal.notices().contains("it is a model of the catalog"), terminal.notices());
    assertArrayEquals(before, Files.readAllBytes(minilm.path().resolve(ModelFolder.DESCRIPTION)));
    assertEquals(3, terminal.run("describe", folder.resolve("none").toString()));
  }

  @Test
  void aSlipIsNamed() throws IOException {
    String model = model();
    assertEquals(4, terminal.run("describe", model, "--pooling", "average"));
    assertTrue(terminal.notices().contains("\"average\" is no pooling"), terminal.notices());
    assertEquals(4, terminal.run("describe", model, "--output", "nope"));
    assertTrue(terminal.notices().contains("no output \"nope\""), terminal.notices());
    Files.writeString(
        Path.of(model, ModelFolder.DESCRIPTION),
        "{\"formatVersion\":1,\"kind\":\"embedding\",\"pooling\":\"average\"}");
    assertEquals(4, terminal.run("describe", model));
    assertTrue(terminal.notices().contains("pooling"), terminal.notices());
    assertTrue(terminal.notices().contains("average"), terminal.notices());
  }
}
