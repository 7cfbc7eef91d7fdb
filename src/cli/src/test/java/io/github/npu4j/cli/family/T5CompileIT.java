package io.github.npu4j.cli.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.cli.Terminal;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.testing.RandomT5;
import io.github.npu4j.testing.StaticT5;
import io.github.npu4j.testing.T5Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A T5 from its checkpoint to context binaries that answer in the emulator. */
class T5CompileIT {

  private static final double LEAST_COSINE = 0.999;

  @TempDir private static Path shared;

  private static Path model;
  private static JsonNode compiled;

  private final Terminal terminal = new Terminal();

  @BeforeAll
  static void exportAndCompile() throws IOException {
    Path checkpoint = shared.resolve("checkpoint");
    T5Fixture.named("gated-untied").write(checkpoint);
    model = shared.resolve("Ein T5 é");
    Terminal terminal = new Terminal();
    assertEquals(
        0,
        terminal.run("export", checkpoint.toString(), model.toString(), "--seq", "16,40", "--json"),
        terminal.notices());
    compiled = compile("--soc", "x-elite,x2-elite");
  }

  private static JsonNode compile(String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("compile", model.toString(), "--json"));
    arguments.addAll(List.of(options));
    Terminal terminal = new Terminal();
    assertEquals(0, terminal.run(arguments.toArray(String[]::new)), terminal.notices());
    return new ObjectMapper().readTree(terminal.results());
  }

  @Test
  void encoderAndDecoderOfEachBucketAreCompiledForBothLaptops() {
    List<String> files = new ArrayList<>();
    for (JsonNode row : compiled.get("contexts")) {
      files.add(row.get("soc").asText() + "/" + row.get("name").asText());
    }
    assertEquals(
        List.of(
            "x-elite/encoder-16",
            "x-elite/encoder-40",
            "x-elite/decoder-16",
            "x-elite/decoder-40",
            "x2-elite/encoder-16",
            "x2-elite/encoder-40",
            "x2-elite/decoder-16",
            "x2-elite/decoder-40"),
        files);
    ModelFolder folder = ModelFolder.open(model);
    for (String file : files) {
      Path binary = model.resolve("htp").resolve(file + ".bin");
      assertTrue(Files.isRegularFile(binary), file);
      assertTrue(Files.isRegularFile(ModelFolder.epContextBeside(binary)), file);
    }
    assertEquals(4, folder.contexts("x2-elite").size());
    assertTrue(folder.contexts().stream().allMatch(context -> context.manifest().isPresent()));
  }

  @Test
  void everyOutputIsNearTheCpus() {
    List<String> feeds = new ArrayList<>();
    for (JsonNode row : compiled.get("parity").get("comparisons")) {
      double cosine = row.get("metrics").get("cosine").asDouble();
      assertTrue(cosine >= LEAST_COSINE, row.toString());
      if (row.get("output").asText().matches("logits|cross.0.key")) {
        feeds.add(row.get("feed").asText());
      }
    }
    assertEquals(12, feeds.size(), feeds.toString());
    assertTrue(feeds.contains("x2-elite/decoder-40: step 5"), feeds.toString());
    assertTrue(feeds.contains("x-elite/encoder-16: 12 tokens"), feeds.toString());
  }

  /** The whole of an answer: what a step leaves behind is what the next one finds. */
  @Test
  void longAnswersStayNearTheCpus() {
    T5Fixture.Case given = T5Fixture.named("gated-untied").cases().get(1);
    for (String soc : List.of("x-elite", "x2-elite")) {
      try (StaticT5 cpu = open("t5_nlu_encoder.onnx", "t5_nlu_decoder.onnx", Device.CPU);
          StaticT5 npu =
              open(
                  "htp/" + soc + "/encoder-16.bin",
                  "htp/" + soc + "/decoder-16.bin",
                  Device.EMULATOR)) {
        assertEquals(40, cpu.positions());
        assertEquals(16, npu.positions());
        cpu.encode(given.ids());
        npu.encode(given.ids());
        int token = 0;
        for (int step = 0; step < 24; step++) {
          double cosine = StaticT5.cosine(cpu.step(token), npu.step(token));
          assertTrue(cosine >= LEAST_COSINE, soc + ", step " + step + ": cosine " + cosine);
          token = given.greedy()[step];
        }
      }
    }
  }

  @Test
  void benchMeasuresTheEmulatorOnlyWhenNamedAndSaysWhatItsFiguresAreWorth() throws IOException {
    Path sentences = Files.writeString(shared.resolve("sentences.txt"), "ba ce\ndi\n");
    String[] command = {
      "bench",
      "t5",
      model.toString(),
      "--device",
      "cpu,emulator",
      "--rounds",
      "1",
      "--max-length",
      "3",
      "--sentences",
      sentences.toString(),
      "--json"
    };
    assertEquals(0, terminal.run(command), terminal.notices());
    JsonNode row = new ObjectMapper().readTree(terminal.results()).get("devices").get(1);
    assertEquals("emulator: right answers, not speed", row.get("note").asText(), row.toString());
    assertEquals(2, row.get("figures").get("equalAnswers").asInt());
    assertEquals("direct", row.get("engine").asText());
  }

  private static StaticT5 open(String encoder, String decoder, Device device) {
    return new StaticT5(
        model.resolve(encoder),
        model.resolve(decoder),
        model.resolve("t5_nlu_decoder.bias.npy"),
        device == Device.EMULATOR
            ? OpenOptions.on(device).withEngine(EngineKind.DIRECT)
            : OpenOptions.on(device));
  }

  @Test
  void whatWasCompiledBeforeIsTakenFromTheCache() throws IOException {
    byte[] before = Files.readAllBytes(model.resolve("htp/x-elite/decoder-16.bin"));
    JsonNode again = compile("--seq", "16", "--no-parity");
    assertEquals(2, again.get("contexts").size());
    again.get("contexts").forEach(row -> assertTrue(row.get("cached").asBoolean(), row.toString()));
    assertArrayEquals(before, Files.readAllBytes(model.resolve("htp/x-elite/decoder-16.bin")));
  }

  @Test
  void whatCannotBeIsSaid() throws IOException {
    assertFails(4, "it was exported for at most 40", "--seq", "64");
    assertFails(4, "each has to be 1 or more", "--seq", "16,16");
    assertFails(4, "a T5 is compiled within the folder", "-o", shared.resolve("other").toString());
    assertFails(4, "a T5 is compiled within the folder", "--weight-sharing");
    assertEquals(4, terminal.run("parity", model.toString()));
    assertTrue(terminal.notices().contains("Run npu4j compile"), terminal.notices());
    Path incomplete = Files.createDirectories(shared.resolve("incomplete"));
    for (String file : List.of("npu4j.json", "t5_nlu_encoder.onnx", "t5_nlu_decoder.bias.npy")) {
      Files.copy(model.resolve(file), incomplete.resolve(file));
    }
    assertEquals(3, terminal.run("compile", incomplete.toString()));
    assertTrue(
        terminal.notices().contains("it has no t5_nlu_decoder.onnx. Export the checkpoint again"),
        terminal.notices());
    Files.copy(model.resolve("t5_nlu_encoder.onnx"), incomplete.resolve("t5_nlu_decoder.onnx"));
    Files.writeString(
        incomplete.resolve("npu4j.json"),
        Files.readString(model.resolve("npu4j.json")).replace("16,40", "many"));
    assertEquals(4, terminal.run("compile", incomplete.toString()));
    assertTrue(terminal.notices().contains("\"many\" is not a number"), terminal.notices());
  }

  private void assertFails(int code, String words, String... options) {
    List<String> arguments = new ArrayList<>(List.of("compile", model.toString()));
    arguments.addAll(List.of(options));
    assertEquals(code, terminal.run(arguments.toArray(String[]::new)), terminal.results());
    assertTrue(terminal.notices().contains(words), terminal.notices());
  }

  /** Trained models have gates far beyond those of random ones, where HTP's Exp goes astray. */
  @ParameterizedTest
  @ValueSource(strings = {"gelu", "silu"})
  void gatesFarFromZeroStayNearTheCpus(String activation) throws IOException {
    Path checkpoint = shared.resolve(activation + "-checkpoint");
    Path out = shared.resolve(activation);
    RandomT5.gated(activation, 15).write(checkpoint);
    assertEquals(0, terminal.run("export", checkpoint.toString(), out.toString(), "--seq", "16"));
    int code = terminal.run("compile", out.toString(), "--soc", "x-elite", "--json");
    assertEquals(0, code, terminal.notices());
    JsonNode rows =
        new ObjectMapper().readTree(terminal.results()).get("parity").get("comparisons");
    assertEquals(14, rows.size());
    for (JsonNode row : rows) {
      double cosine = row.get("metrics").get("cosine").asDouble();
      assertTrue(cosine >= LEAST_COSINE, row.toString());
    }
  }

  /** As t5-base, T5 1.1 and Flan-T5 have them; float16 ends at 65,504. */
  @Test
  void valuesPastFloat16AreScaledByExportAndSaid() throws IOException {
    Path checkpoint = shared.resolve("large-checkpoint");
    Path out = shared.resolve("large");
    T5Fixture.named("deep-encoder").model().enlarged(1 << 16, 1 << 15).write(checkpoint);
    assertEquals(0, terminal.run("export", checkpoint.toString(), out.toString(), "--seq", "16"));
    assertTrue(
        terminal.results().contains("note: the residual stream of the encoder reaches "),
        terminal.results());
    int code = terminal.run("compile", out.toString(), "--soc", "x-elite", "--json");
    assertEquals(0, code, terminal.notices());
    JsonNode rows =
        new ObjectMapper().readTree(terminal.results()).get("parity").get("comparisons");
    assertTrue(rows.size() >= 8, rows.toString());
    for (JsonNode row : rows) {
      double cosine = row.get("metrics").get("cosine").asDouble();
      assertTrue(cosine >= LEAST_COSINE, row.toString());
    }
  }

  /** 512 wide, 6 and 6 layers, 32,128 tokens; random weights. */
  @Test
  void t5SmallCompiles() throws IOException {
    Path checkpoint = shared.resolve("small-checkpoint");
    Path small = shared.resolve("small");
    RandomT5.small().write(checkpoint);
    assertEquals(0, terminal.run("export", checkpoint.toString(), small.toString()));
    int code = terminal.run("compile", small.toString(), "--seq", "32", "--json");
    assertEquals(0, code, terminal.notices());
    JsonNode rows =
        new ObjectMapper().readTree(terminal.results()).get("parity").get("comparisons");
    int logits = 0;
    for (JsonNode row : rows) {
      double cosine = row.get("metrics").get("cosine").asDouble();
      assertTrue(cosine >= LEAST_COSINE, row.toString());
      logits += row.get("output").asText().equals("logits") ? 1 : 0;
    }
    assertEquals(2, logits);
  }
}
