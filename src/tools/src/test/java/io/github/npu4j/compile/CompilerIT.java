package io.github.npu4j.compile;

import static io.github.npu4j.onnx.OnnxModels.FLOAT;
import static io.github.npu4j.onnx.OnnxModels.node;
import static io.github.npu4j.onnx.OnnxModels.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.github.npu4j.artifact.Integrity;
import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.catalog.PulledModels;
import io.github.npu4j.compile.CompileProgress.Phase;
import io.github.npu4j.compile.QnnEpSession.Sharing;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxModels;
import io.github.npu4j.onnx.epcontext.EpContextNode;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompilerIT {

  @TempDir private Path folder;

  private final Compiler compiler = new Compiler(NativeRuntime.find());

  private static Path minilm() {
    return PulledModels.minilm().requireOnnx();
  }

  private Path write(String name, NodeProto... nodes) {
    return OnnxModels.write(
        folder.resolve(name),
        OnnxModels.model(
            GraphProto.newBuilder()
                .setName(name)
                .addInput(value("x", FLOAT, 1, 4, 4))
                .addOutput(ValueInfoProto.newBuilder().setName("y"))
                .addAllNode(List.of(nodes))));
  }

  /** A model whose content no earlier test has compiled, with the same graph each time. */
  private Path small(String salt) {
    return OnnxModels.write(
        folder.resolve("small.onnx"), OnnxModels.relu(1, 16).setDocString(salt));
  }

  private List<CompiledContext> compile(Path model, CompileProgress progress) {
    return compiler.compile(CompileRequest.of(model, Soc.X_ELITE, List.of()), progress);
  }

  @Test
  void miniLmBecomesAContextBinaryForEachLaptop() throws IOException {
    for (Soc soc : List.of(Soc.X_ELITE, Soc.X2_ELITE)) {
      CompiledContext context =
          compiler
              .compile(CompileRequest.of(minilm(), soc, List.of(16)), CompileProgress.NONE)
              .getFirst();
      Manifest manifest = context.manifest();
      assertEquals(
          new Manifest.Soc(soc.name(), soc.model(), soc.arch()), manifest.soc(), "from the file");
      assertEquals("16", context.name());
      assertFalse(manifest.sharedWeights());
      Manifest.Graph graph = manifest.graphs().getFirst();
      assertEquals(
          "[input_ids: INT64 1x16, attention_mask: INT64 1x16, token_type_ids: INT64 1x16]",
          graph.inputs().toString());
      assertEquals("[last_hidden_state: FLOAT32 1x16x384]", graph.outputs().toString());
      assertEquals(45e6, Files.size(context.binary()), 1e6);

      OnnxModel epContext = OnnxModel.read(context.folder().resolve("16.ctx.onnx"));
      assertTrue(EpContextNode.areAllOf(epContext));
      assertEquals("16.bin", EpContextNode.in(epContext).getFirst().contextFile());
      assertEquals(graph.name(), EpContextNode.in(epContext).getFirst().partition());
      assertTrue(epContext.irVersion() <= OnnxModel.NEWEST_IR_VERSION);
      try (Arena arena = Arena.ofConfined();
          FileChannel channel = FileChannel.open(context.binary())) {
        manifest.verify(
            channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena),
            Integrity.SHA256,
            "16.bin");
      }
    }
  }

  @Test
  void whatWasCompiledBeforeIsTakenFromTheCache() {
    Path model = small("cached");
    Cache cache = Cache.at(folder.resolve("cache"));
    Compiler own = new Compiler(borrowingLibraries(cache));
    List<String> heard = new ArrayList<>();
    CompileProgress progress = (name, phase) -> heard.add(name + " " + phase);
    CompileRequest request = CompileRequest.of(model, Soc.X_ELITE, List.of());
    CompiledContext first = own.compile(request, progress).getFirst();
    assertFalse(first.cached());
    assertEquals(
        List.of(
            "small.onnx " + Phase.READING,
            "model " + Phase.PREPARING,
            "model " + Phase.COMPILING,
            "model " + Phase.CHECKING),
        heard);
    heard.clear();
    CompiledContext second = own.compile(request, progress).getFirst();
    assertTrue(second.cached());
    assertEquals(first.folder(), second.folder());
    assertEquals(first.manifest(), second.manifest());
    assertEquals(List.of("small.onnx " + Phase.READING, "model " + Phase.CACHED), heard);

    try {
      Files.write(second.binary(), new byte[99]);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    CompiledContext again = own.compile(request, CompileProgress.NONE).getFirst();
    assertFalse(again.cached(), "a file of another size than its manifest says");
    assertEquals(first.manifest().graphs(), again.manifest().graphs());

    CompileRequest other =
        new CompileRequest(
            model, Soc.X_ELITE, List.of(), Map.of(), Weights.SEPARATE, Map.of("vtcm_mb", "4"));
    assertFalse(own.compile(other, CompileProgress.NONE).getFirst().cached(), "another option");
  }

  /** The installed libraries with an empty cache for what is compiled. */
  private static NativeRuntime borrowingLibraries(Cache cache) {
    try {
      Path runtimes = cache.folder(Cache.Section.RUNTIME);
      Files.createDirectories(runtimes.getParent());
      Files.createSymbolicLink(runtimes, Cache.standard().folder(Cache.Section.RUNTIME));
      return NativeRuntime.find(Platform.current(), cache);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Test
  void aNodeThatHtpCantTakeIsNamedWithItsType() {
    Path model =
        write(
            "det.onnx",
            node("before", "Relu", "r", "x"),
            node("encoder/volume", "Det", "d", "r"),
            node("after", "Relu", "y", "d"));
    CompileFailedException refused =
        assertThrows(CompileFailedException.class, () -> compile(model, CompileProgress.NONE));
    assertEquals("can't compile det.onnx", refused.what());
    assertEquals("HTP can't take encoder/volume (Det)", refused.why());
    assertTrue(refused.advice().contains("(Det)"), refused.advice());

    Path unnamed =
        write(
            "sinh.onnx",
            node("", "Relu", "r", "x"),
            node("", "Sinh", "s", "r"),
            node("", "Relu", "y", "s"));
    assertEquals(
        "HTP can't take the unnamed node that gives \"s\" (Sinh)",
        assertThrows(CompileFailedException.class, () -> compile(unnamed, CompileProgress.NONE))
            .why());
  }

  @Test
  void aModelOfWhichHtpTakesNothingIsRefusedToo() {
    Path model = write("only.onnx", node("all", "Det", "y", "x"));
    CompileFailedException refused =
        assertThrows(CompileFailedException.class, () -> compile(model, CompileProgress.NONE));
    assertEquals("HTP can't take all (Det)", refused.why());

    Path constant = write("constant.onnx", node("shape", "Shape", "y", "x"));
    assertTrue(
        assertThrows(CompileFailedException.class, () -> compile(constant, CompileProgress.NONE))
            .getMessage()
            .contains("all of it is constant"));
  }

  @Test
  void weightsInAFileBesideTheModelAreCompiledIn() throws IOException {
    float[] weights = new float[16];
    weights[3] = 2;
    try (Arena arena = Arena.ofConfined()) {
      Files.write(
          folder.resolve("weights.data"),
          arena.allocateFrom(ValueLayout.JAVA_FLOAT, weights).toArray(ValueLayout.JAVA_BYTE));
    }
    ModelProto.Builder model = OnnxModels.relu(1, 16);
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.setNode(0, node("add", "Add", "y", "x", "w"));
    graph
        .addInitializerBuilder()
        .setName("w")
        .setDataType(FLOAT)
        .addDims(16)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(
            StringStringEntryProto.newBuilder().setKey("location").setValue("weights.data"));
    Path file = OnnxModels.write(folder.resolve("external.onnx"), model);
    CompiledContext context = compile(file, CompileProgress.NONE).getFirst();
    assertEquals("[x: FLOAT32 1x16]", context.manifest().graphs().getFirst().inputs().toString());

    Files.write(folder.resolve("weights.data"), new byte[64]);
    assertFalse(
        compile(file, CompileProgress.NONE).getFirst().folder().equals(context.folder()),
        "other weights are another model");
  }

  @Test
  void bucketsThatShareWeightsAreAboutAsLargeAsOne() throws IOException {
    List<CompiledContext> contexts =
        compiler.compile(
            new CompileRequest(
                minilm(), Soc.X_ELITE, List.of(16, 32), Map.of(), Weights.SHARED, Map.of()),
            CompileProgress.NONE);
    assertEquals(List.of("16", "32", "shared"), contexts.stream().map(c -> c.name()).toList());
    CompiledContext shared = contexts.getLast();
    assertTrue(shared.manifest().sharedWeights());
    assertFalse(contexts.getFirst().manifest().sharedWeights());
    assertEquals(2, shared.manifest().graphs().size());
    assertEquals(
        1.0, (double) Files.size(shared.binary()) / Files.size(contexts.get(0).binary()), 0.03);
    for (int i = 0; i < 2; i++) {
      CompiledContext twin = contexts.get(i);
      Manifest.Graph graph = twin.manifest().graphs().getFirst();
      assertEquals(graph, shared.manifest().graph(graph.name()).orElseThrow(), "the same graph");
      OnnxModel epContext =
          OnnxModel.read(shared.folder().resolve("shared-" + twin.name() + ".ctx.onnx"));
      assertEquals("shared.bin", EpContextNode.in(epContext).getFirst().contextFile());
      assertEquals(graph.name(), EpContextNode.in(epContext).getFirst().partition());
    }
  }

  @Test
  void aLastGraphEndsTheSharingAndTheNextCompilationBeginsAnew() {
    QnnLibraries libraries = QnnLibraries.require(NativeRuntime.find());
    QnnEpSession session = new QnnEpSession(libraries);
    Map<String, String> options =
        Map.of(
            "backend_path", libraries.htp().toString(),
            "soc_model", "60",
            "enable_htp_weight_sharing", "1");
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = OnnxModels.relu(1, 16).build().toByteArray();
      MemorySegment model = arena.allocate(bytes.length);
      model.copyFrom(MemorySegment.ofArray(bytes));
      session.compile(model, "a", folder.resolve("a.onnx"), Sharing.MORE_FOLLOW, options);
      session.compile(model, "end", folder.resolve("end.onnx"), Sharing.LAST, options);
      session.compile(model, "a", folder.resolve("again.onnx"), Sharing.ALONE, options);
    }
    assertEquals(
        EpContextNode.in(OnnxModel.read(folder.resolve("a.onnx"))).getFirst().partition(),
        EpContextNode.in(OnnxModel.read(folder.resolve("again.onnx"))).getFirst().partition());
  }

  @Test
  void anEpContextModelIsNotCompiledAgain() {
    Path file =
        OnnxModels.write(
            folder.resolve("c.onnx"),
            OnnxModels.model(
                GraphProto.newBuilder()
                    .addNode(OnnxModels.epContext("g", 0, ByteString.copyFromUtf8("a.bin")))));
    assertTrue(
        assertThrows(BadModelException.class, () -> compile(file, CompileProgress.NONE))
            .advice()
            .contains("npu4j adopt"));
  }
}
