package io.github.npu4j.family.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.checkpoint.Safetensors;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.family.ExportRequest;
import io.github.npu4j.family.ExportedModel;
import io.github.npu4j.family.registry.Families;
import io.github.npu4j.store.Progress;
import io.github.npu4j.store.files.WholeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checkpoints of encoders as transformers saves them, exported, against what PyTorch recorded. */
class EncoderExportIT {

  /** The largest difference from PyTorch that is allowed, in float32. */
  private static final double TOLERANCE = 1e-4;

  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private static final Path FIXTURES = Path.of("src/core/src/test/resources/encoder");

  @TempDir private Path folder;

  static List<String> fixtures() throws IOException {
    try (Stream<Path> files = Files.list(FIXTURES)) {
      return files
          .filter(Files::isDirectory)
          .map(f -> f.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void answersAsPyTorchDoes(String fixture) throws IOException, OrtException {
    Path checkpoint = FIXTURES.resolve(fixture);
    ExportedModel exported =
        Families.export(ExportRequest.of(checkpoint, folder.resolve("out")), Progress.NONE);
    ModelFolder model = ModelFolder.open(exported.folder());
    assertEquals(fixture.split("-")[0], model.description().family().orElseThrow());
    JsonNode cases = new ObjectMapper().readTree(checkpoint.resolve("expected.json").toFile());
    try (OrtSession session = ENVIRONMENT.createSession(model.requireOnnx().toString())) {
      boolean types = session.getInputNames().contains("token_type_ids");
      assertEquals(fixture.startsWith("bert"), types);
      for (JsonNode given : cases) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        inputs.put("input_ids", tensor(given.get("ids")));
        inputs.put("attention_mask", tensor(given.get("mask")));
        if (types) {
          inputs.put("token_type_ids", tensor(given.get("types")));
        }
        try (OrtSession.Result answer = session.run(inputs)) {
          compare(given.get("hidden"), answer, "last_hidden_state");
          assertEquals(given.has("logits"), answer.get("logits").isPresent());
          if (given.has("logits")) {
            compare(given.get("logits"), answer, "logits");
          }
        } finally {
          inputs.values().forEach(OnnxTensor::close);
        }
      }
    }
  }

  private static OnnxTensor tensor(JsonNode rows) throws OrtException {
    long[][] values = new long[rows.size()][rows.get(0).size()];
    for (int row = 0; row < values.length; row++) {
      for (int at = 0; at < values[row].length; at++) {
        values[row][at] = rows.get(row).get(at).asLong();
      }
    }
    return OnnxTensor.createTensor(ENVIRONMENT, values);
  }

  private static void compare(JsonNode expected, OrtSession.Result answer, String output) {
    List<Double> flat = new ArrayList<>();
    flatten(expected, flat);
    float[] actual = ((OnnxTensor) answer.get(output).orElseThrow()).getFloatBuffer().array();
    assertEquals(flat.size(), actual.length, output);
    for (int i = 0; i < actual.length; i++) {
      assertEquals(flat.get(i), actual[i], TOLERANCE, output + " at " + i);
    }
  }

  private static void flatten(JsonNode values, List<Double> into) {
    if (values.isArray()) {
      values.forEach(value -> flatten(value, into));
    } else {
      into.add(values.asDouble());
    }
  }

  @Test
  void whatTheMakersSayGoesAlong() throws IOException {
    Path checkpoint = copy("distilbert");
    Files.writeString(
        checkpoint.resolve("modules.json"),
        """
        [{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
         {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
         {"idx":2,"name":"2","path":"2_Dense","type":"sentence_transformers.models.Dense"}]
        """);
    for (String file : List.of("1_Pooling/config.json", "2_Dense/config.json", "vocab.txt")) {
      Files.createDirectories(checkpoint.resolve(file).getParent());
      Files.writeString(checkpoint.resolve(file), "of " + file);
    }
    Path out = folder.resolve("out");
    ExportedModel exported = Families.export(ExportRequest.of(checkpoint, out), Progress.NONE);
    for (String file : List.of("modules.json", "1_Pooling/config.json", "2_Dense/config.json")) {
      assertArrayEquals(
          Files.readAllBytes(checkpoint.resolve(file)), Files.readAllBytes(out.resolve(file)));
    }
    assertTrue(
        exported.files().stream().anyMatch(file -> file.file().equals(Path.of("vocab.txt"))));
  }

  @Test
  void modulesOutsideTheFolderAreRefused() throws IOException {
    Path checkpoint = copy("distilbert");
    Files.writeString(
        checkpoint.resolve("modules.json"), "[{\"type\":\"x.Dense\",\"path\":\"../../secret\"}]");
    refused(checkpoint, "leads out of the folder");
  }

  @Test
  void weightsAndConfigurationMustAgree() throws IOException {
    Path checkpoint = copy("distilbert");
    change(checkpoint, config -> config.put("dim", 15));
    refused(checkpoint, "embeddings.word_embeddings.weight has the shape 50x12");
    change(checkpoint, config -> config.put("dim", 12).put("n_layers", 1));
    refused(checkpoint, "is left over");
    change(checkpoint, config -> config.put("n_layers", 3));
    refused(checkpoint, "it has no tensor transformer.layer.2.");
    change(checkpoint, config -> config.put("n_layers", 2).put("n_heads", 5));
    refused(checkpoint, "5 heads can't share a width of 12");
    change(checkpoint, config -> config.put("n_heads", 3).put("activation", "swish"));
    refused(checkpoint, "the activation \"swish\"");
    change(checkpoint, config -> config.put("activation", "gelu").remove("n_heads"));
    refused(checkpoint, "\"n_heads\" is missing");
  }

  @Test
  void anUnknownHeadOrArchitectureIsNamed() throws IOException {
    Path checkpoint = copy("bert");
    change(checkpoint, config -> config.putArray("architectures").add("BertForQuestionAnswering"));
    refused(checkpoint, "ForQuestionAnswering");
    change(checkpoint, config -> config.put("model_type", "deberta-v2"));
    refused(checkpoint, "npu4j exports bert, distilbert, ");
    change(
        checkpoint,
        config -> {
          config.put("model_type", "bert").put("position_embedding_type", "relative_key");
          config.putArray("architectures").add("BertModel");
        });
    refused(checkpoint, "relative_key");
  }

  @Test
  void lengthsAreNoMatterOfAnEncodersExport() {
    BadInputException thrown =
        assertThrows(
            BadInputException.class,
            () ->
                Families.export(
                    new ExportRequest(
                        FIXTURES.resolve("distilbert"),
                        folder.resolve("out"),
                        WholeFolder.Existing.REFUSE,
                        List.of(32),
                        OptionalInt.empty()),
                    Progress.NONE));
    assertTrue(thrown.getMessage().contains("any length"), thrown.getMessage());
  }

  private Path copy(String fixture) throws IOException {
    Path copy = Files.createDirectories(folder.resolve("checkpoint"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(FIXTURES.resolve(fixture).resolve(file), copy.resolve(file));
    }
    Safetensors.open(copy.resolve("model.safetensors")).close();
    return copy;
  }

  private interface Change {
    void in(ObjectNode config);
  }

  private static void change(Path checkpoint, Change change) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Path file = checkpoint.resolve("config.json");
    ObjectNode config = (ObjectNode) json.readTree(file.toFile());
    change.in(config);
    json.writeValue(file.toFile(), config);
  }

  private void refused(Path checkpoint, String why) {
    Path out = folder.resolve("refused");
    BadModelException thrown =
        assertThrows(
            BadModelException.class,
            () -> Families.export(ExportRequest.of(checkpoint, out), Progress.NONE));
    assertTrue(thrown.getMessage().contains(why), thrown.getMessage());
    assertFalse(Files.exists(out), "nothing half-written stays");
  }
}
