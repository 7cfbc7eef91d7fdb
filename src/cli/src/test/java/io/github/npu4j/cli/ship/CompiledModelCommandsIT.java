package io.github.npu4j.cli.ship;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.PulledModels;
import io.github.npu4j.cli.Terminal;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.onnx.OnnxModels;
import io.github.npu4j.runtime.NativeRuntime;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands around a compiled model: compile, inspect, verify, parity, adopt. */
class CompiledModelCommandsIT {

  @TempDir private static Path shared;

  private static Path minilm;
  private static JsonNode compiled;

  @TempDir private Path folder;

  private final Terminal terminal = new Terminal();

  @BeforeAll
  static void compile() throws IOException {
    PulledModels.minilm();
    minilm = shared.resolve("Mini LM é");
    Terminal terminal = new Terminal();
    int code =
        terminal.run(
            "compile",
            "minilm",
            "-o",
            minilm.toString(),
            "--seq",
            "16,32,64,128",
            "--weight-sharing",
            "--no-parity",
            "--json");
    assertEquals(0, code, terminal.notices());
    compiled = new ObjectMapper().readTree(terminal.results());
  }

  private JsonNode json(int code, String... arguments) throws IOException {
    assertEquals(code, terminal.run(arguments), terminal.notices());
    return new ObjectMapper().readTree(terminal.results());
  }

  private void assertFails(int code, String words, String... arguments) {
    assertEquals(code, terminal.run(arguments), terminal.results());
    assertTrue(terminal.notices().contains(words), terminal.notices());
  }

  private static String bucket(String name) {
    return ModelFolder.open(minilm).contextPath("x-elite", name).toString();
  }

  @Test
  void compileWritesAModelFolder() {
    List<String> names = new ArrayList<>();
    compiled.get("contexts").forEach(row -> names.add(row.get("name").asText()));
    assertEquals(List.of("16", "32", "64", "128", "shared"), names);
    ModelFolder folder = ModelFolder.open(minilm);
    assertEquals(5, folder.contexts("x-elite").size());
    assertEquals(List.of(Pooling.MEAN), folder.description().output().pooling());
    assertTrue(folder.onnx().isPresent() && folder.tokenizer().isPresent());
    long one = compiled.get("contexts").get(3).get("bytes").asLong();
    long all = compiled.get("contexts").get(4).get("bytes").asLong();
    assertTrue(
        Files.exists(Path.of(bucket("shared")).resolveSibling("shared-64.ctx.onnx")),
        "for ONNX Runtime");
    assertEquals(1.0, (double) all / one, 0.05, "four buckets in about the size of one");
  }

  @Test
  void everyBucketAnswersAsTheCpuDoes() throws IOException {
    JsonNode report =
        json(
            0, "parity", minilm.toString(), "--device", "emulator", "--engine", "direct", "--json");
    JsonNode parity = report.get("parity");
    assertTrue(parity.get("participants").get(0).get("independent").asBoolean());
    assertEquals(
        64, parity.get("reference").get("libraries").get(0).get("sha256").asText().length());
    List<String> pooled = new ArrayList<>();
    for (JsonNode row : parity.get("comparisons")) {
      if (row.get("output").asText().equals("(pooled)")) {
        pooled.add(row.get("feed").asText());
        double cosine = row.get("metrics").get("cosine").asDouble();
        assertTrue(cosine >= 0.9999, row.toString());
      }
    }
    assertEquals(8, pooled.size(), pooled.toString());
    assertTrue(
        report.get("notCompared").get(0).asText().contains("its graphs share weights"),
        "the emulator refuses the shared file in words");
  }

  @Test
  void bothWaysIntoHtpAndBothCpuEnginesAgree() throws IOException {
    JsonNode parity = json(0, "parity", minilm.toString(), "--seq", "16", "--json").get("parity");
    List<String> labels = new ArrayList<>();
    parity.get("participants").forEach(who -> labels.add(who.get("label").asText()));
    assertEquals(List.of("cpu (ort)", "emulator (direct)", "emulator (ort)"), labels);
    assertFalse(
        parity.get("participants").get(0).get("independent").asBoolean(),
        "one copy of ONNX Runtime serves both CPU engines");
    for (JsonNode row : parity.get("comparisons")) {
      if (row.get("participant").asText().equals("cpu (ort)")) {
        assertTrue(row.get("metrics").get("maxAbsoluteError").asDouble() <= 1e-5, row.toString());
      }
    }
  }

  @Test
  void aPluginAnswersForItselfOnlyIfItTakesAllOfTheModel() throws IOException {
    NativeRuntime runtime = NativeRuntime.find();
    List<String> plugin =
        List.of(
            "--ep-library",
            runtime.qnnProvider().require().toString(),
            "--ep-option",
            "backend_path=" + runtime.qnnHtp().require(),
            "--ep-option",
            "soc_model=60",
            "--json");
    List<String> whole = new ArrayList<>(List.of("parity", minilm.toString(), "--seq", "16"));
    whole.addAll(plugin);
    JsonNode who = json(0, whole.toArray(String[]::new)).get("parity").get("participants").get(0);
    assertTrue(who.get("independent").asBoolean());
    assertTrue(who.get("libraries").get(0).get("path").asText().contains("providers_qnn"));

    Path model =
        OnnxModels.write(
            folder.resolve("half.onnx"),
            OnnxModels.model(
                GraphProto.newBuilder()
                    .addInput(OnnxModels.value("x", OnnxModels.FLOAT, 1, 4, 4))
                    .addOutput(ValueInfoProto.newBuilder().setName("y"))
                    .addNode(OnnxModels.node("first", "Relu", "r", "x"))
                    .addNode(OnnxModels.node("second", "Det", "y", "r"))));
    List<String> half = new ArrayList<>(List.of("parity", model.toString()));
    half.addAll(plugin);
    assertFails(3, "only the reference's own library answered", half.toArray(String[]::new));
  }

  @Test
  void parityHasAnExitCodeForEachAnswer() {
    assertFails(3, "nothing to compare", "parity", minilm.toString(), "--device", "cpu");
    String[] tooStrict = {
      "parity", minilm.toString(), "--seq", "16", "--engine", "direct", "--min-cosine", "1"
    };
    assertEquals(1, terminal.run(tooStrict), terminal.notices());
    assertTrue(terminal.results().contains("FAILED: cosine 0.9999"), terminal.results());
  }

  @Test
  void inspectShowsWhatIsInside() throws IOException {
    JsonNode binary = json(0, "inspect", bucket("128"), "--json");
    assertEquals(60, binary.get("socModel").asInt());
    assertEquals(1, binary.get("graphs").size());
    JsonNode graph = binary.get("graphs").get(0);
    assertEquals("1x128", graph.get("inputs").get(0).get("spec").get("shape").asText());
    assertTrue(graph.get("htp").get("vtcmBytes").asLong() > 0);
    assertEquals(0, graph.get("htp").get("sizes").get("sharedWeights").asLong());

    assertEquals(0, terminal.run("inspect", bucket("shared")));
    assertTrue(
        terminal.results().contains("compiled for      x-elite (SoC model 60, HTP v73)"),
        terminal.results());
    assertTrue(terminal.results().contains("shared weights    45.2 MB"), terminal.results());
    assertEquals(4, terminal.results().split("\ngraph ").length - 1);

    JsonNode model = json(0, "inspect", bucket("16").replace(".bin", ".ctx.onnx"), "--json");
    assertEquals("16.bin", model.get("epContexts").get(0).get("contextFile").asText());

    JsonNode all = json(0, "inspect", minilm.toString(), "--json");
    List<String> files = new ArrayList<>();
    all.fieldNames().forEachRemaining(files::add);
    assertEquals("model.onnx", files.getFirst());
    Path shared = Path.of("htp", "x-elite", "shared.bin");
    assertEquals(4, all.get(shared.toString()).get("graphs").size(), files.toString());
    assertEquals(0, terminal.run("inspect", minilm.toString()), terminal.notices());
    assertTrue(terminal.results().contains("\n== " + shared + "\n"), terminal.results());
  }

  @Test
  void verifyFindsEachKindOfDamage() throws IOException {
    JsonNode whole = json(0, "verify", bucket("16"), "--json");
    assertEquals("ok", whole.get("status").asText());
    assertEquals(3, whole.get("checks").size());

    Path bad = folder.resolve("16.bin");
    Files.copy(Path.of(bucket("16")), bad);
    Files.copy(
        Path.of(bucket("16").replace(".bin", ".manifest.json")),
        folder.resolve("16.manifest.json"));
    try (RandomAccessFile file = new RandomAccessFile(bad.toFile(), "rw")) {
      file.seek(30_000_000);
      file.write(file.read() + 1);
    }
    JsonNode damaged = json(4, "verify", bad.toString(), "--json");
    assertEquals("bad", damaged.get("checks").get(0).get("status").asText());
    assertEquals("notice", damaged.get("checks").get(1).get("status").asText(), "not read");
    assertEquals("notice", damaged.get("checks").get(2).get("status").asText(), "not loaded");

    Path cut = folder.resolve("cut.bin");
    Files.write(cut, java.util.Arrays.copyOf(Files.readAllBytes(bad), 3_000_000));
    JsonNode truncated = json(4, "verify", cut.toString(), "--json");
    assertEquals("notice", truncated.get("checks").get(0).get("status").asText(), "no manifest");
    assertEquals("bad", truncated.get("checks").get(1).get("status").asText());
    assertFails(4, "no context binary, or is damaged", "inspect", cut.toString());
    assertFails(4, "can't be adopted", "adopt", cut.toString(), "-o", folder + "/adopted");
    assertFails(3, "there is no file", "verify", folder.resolve("none.bin").toString());
  }

  @Test
  void adoptMakesAFolderThatRuns() throws IOException {
    Path adopted = folder.resolve("adopted");
    JsonNode report =
        json(
            0,
            "adopt",
            bucket("32"),
            "-o",
            adopted.toString(),
            "--pooling",
            "mean",
            "--tokenizer",
            minilm.resolve("tokenizer.json").toString(),
            "--json");
    assertEquals("32", report.get("contexts").get(0).get("name").asText());
    assertEquals("", report.get("contexts").get(0).get("notLoaded").asText());
    assertEquals(List.of(Pooling.MEAN), ModelFolder.open(adopted).description().output().pooling());
    assertEquals(
        0,
        terminal.run("run", adopted.toString(), "--device", "emulator", "--json"),
        terminal.notices());
    Path dlc = Files.write(folder.resolve("model.dlc"), new byte[10]);
    assertFails(
        4, "qnn-context-binary-generator", "adopt", dlc.toString(), "-o", adopted.toString());
  }

  @Test
  void compileNamesTheNodeThatHtpCantTake() {
    Path model =
        OnnxModels.write(
            folder.resolve("volume.onnx"),
            OnnxModels.model(
                GraphProto.newBuilder()
                    .addInput(OnnxModels.value("x", OnnxModels.FLOAT, 1, 4, 4))
                    .addOutput(ValueInfoProto.newBuilder().setName("y"))
                    .addNode(OnnxModels.node("first", "Relu", "r", "x"))
                    .addNode(OnnxModels.node("second", "Det", "y", "r"))));
    assertFails(
        4,
        "can't compile volume.onnx: HTP can't take second (Det).",
        "compile",
        model.toString(),
        "-o",
        folder.resolve("out").toString());
    assertFalse(Files.exists(folder.resolve("out")));
    assertFails(4, "no SoC named toaster", "compile", model.toString(), "--soc", "toaster");
    assertFails(
        4, "no open dimension named width", "compile", model.toString(), "--dim", "width=3");
    assertFails(4, "has no sequence dimension", "compile", model.toString(), "--seq", "16");
    assertFails(4, "two sequence lengths", "compile", model.toString(), "--weight-sharing");
    assertFails(2, "Missing required parameter", "compile");
  }
}
