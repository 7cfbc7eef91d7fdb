package io.github.npu4j.cli.ship;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.cli.Terminal;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.compile.CompileProgress;
import io.github.npu4j.compile.CompileRequest;
import io.github.npu4j.compile.CompiledContext;
import io.github.npu4j.compile.Compiler;
import io.github.npu4j.compile.Weights;
import io.github.npu4j.hostile.ContextCorpus;
import io.github.npu4j.hostile.ContextCorpus.Bad;
import io.github.npu4j.hostile.HostileModels;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Soc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The corpus of bad context binaries through the commands: words, exit code 4, nothing written, and
 * a virtual machine that goes on. What only native code could tell, a child process tries.
 */
class BadContextFilesIT {

  private static final Set<Integer> REFUSED = Set.of(ExitCode.BAD);

  /** Damage that QNN can't see is taken, and some that it can see is not. */
  private static final Set<Integer> EITHER = Set.of(ExitCode.DONE, ExitCode.BAD);

  @TempDir static Path models;

  private static ContextCorpus corpus;
  private static ContextCorpus other;
  private static ContextCorpus shared;

  @TempDir Path folder;
  private final Terminal terminal = new Terminal();

  @BeforeAll
  static void compile() throws IOException {
    corpus = corpus("wide", HostileModels.mlp(64, 1024, 16), List.of(), Weights.SEPARATE);
    other = corpus("other", HostileModels.mlp(64, 1000, 16), List.of(), Weights.SEPARATE);
    shared = corpus("tokens", HostileModels.perToken(), List.of(16, 32), Weights.SHARED);
  }

  /** Compiles a model; of several binaries the last is the one that shares weights. */
  private static ContextCorpus corpus(
      String name, byte[] onnx, List<Integer> buckets, Weights weights) throws IOException {
    Path model = Files.write(models.resolve(name + ".onnx"), onnx);
    CompiledContext compiled =
        new Compiler(NativeRuntime.find())
            .compile(
                new CompileRequest(model, Soc.X_ELITE, buckets, Map.of(), weights, Map.of()),
                CompileProgress.NONE)
            .getLast();
    assertEquals(weights == Weights.SHARED, compiled.manifest().sharedWeights());
    return new ContextCorpus(compiled.binary());
  }

  @Test
  void withAManifestEveryCommandRefusesEach() throws IOException {
    for (String command : List.of("verify", "adopt", "inspect")) {
      assertTrue(withManifest(command, all(corpus)) >= 500, command);
    }
  }

  @Test
  void soTheyDoWhereGraphsShareWeights() throws IOException {
    for (String command : List.of("verify", "adopt", "run")) {
      withManifest(
          command, Stream.of(shared.weights().limit(40), shared.lengths()).flatMap(all -> all));
    }
  }

  @Test
  void withoutAManifestVerifyRefusesWhatHasNoStructure() throws IOException {
    bare("verify", Stream.concat(corpus.foreign(), corpus.truncated(60)), REFUSED);
  }

  @Test
  void withoutAManifestTheFirstLoadIsInAChildProcess() throws IOException {
    bare("adopt", sample(corpus.truncated(60), 20), REFUSED);
    bare("adopt", sample(corpus.weights(), 120), EITHER);
    bare("verify", sample(corpus.anywhere(), 30), EITHER);
    bare("verify", sample(shared.anywhere(), 30), EITHER);
  }

  @Test
  @Tag("long")
  void withoutAManifestAllOfThem() throws IOException {
    bare("adopt", Stream.concat(corpus.foreign(), corpus.truncated(60)), REFUSED);
    for (String command : List.of("adopt", "verify")) {
      bare(command, Stream.concat(corpus.weights().limit(40), corpus.anywhere()), EITHER);
      bare(command, shared.anywhere(), EITHER);
    }
  }

  /** The file is good, and nothing here can run it. */
  @Test
  void sharedWeightsAreRefusedByTheEmulatorAndNothingElse() throws IOException {
    Path file = folder.resolve("shared.bin");
    shared.writeGood(file);
    assertEquals(ExitCode.BAD, terminal.run("run", file.toString(), "--device", "emulator"));
    assertTrue(terminal.notices().contains("its graphs share weights"), terminal.notices());
    assertEquals(ExitCode.DONE, terminal.run("verify", file.toString()), terminal.results());
    assertTrue(terminal.results().contains("not on this machine"), terminal.results());
    Path adopted = folder.resolve("adopted");
    assertEquals(ExitCode.DONE, terminal.run("adopt", file.toString(), "-o", adopted.toString()));
    assertTrue(terminal.notices().contains("can't be loaded on this machine"), terminal.notices());
  }

  private static Stream<Bad> all(ContextCorpus files) {
    return Stream.of(
            files.weights(),
            files.anywhere(),
            files.manifests(),
            files.truncated(60),
            files.lengths(),
            files.foreign(),
            files.mixedWith(other))
        .flatMap(each -> each);
  }

  private static Stream<Bad> sample(Stream<Bad> files, int each) {
    List<Bad> all = files.toList();
    return Stream.iterate(0, i -> i < all.size(), i -> i + each).map(all::get);
  }

  private int withManifest(String command, Stream<Bad> files) throws IOException {
    return run(command, files, REFUSED, Bad::write);
  }

  private void bare(String command, Stream<Bad> files, Set<Integer> codes) throws IOException {
    run(command, files, codes, Bad::writeBare);
  }

  private interface Writer {
    void write(Bad bad, Path file) throws IOException;
  }

  private int run(String command, Stream<Bad> files, Set<Integer> codes, Writer writer)
      throws IOException {
    Path folderOfOne = Files.createDirectories(folder.resolve(command));
    Path file = folderOfOne.resolve("16.bin");
    Path adopted = folder.resolve("adopted");
    List<String> line = new ArrayList<>(List.of(command, file.toString()));
    switch (command) {
      case "adopt" -> line.addAll(List.of("-o", adopted.toString()));
      case "run" -> line.addAll(List.of("--device", "emulator"));
      default -> {}
    }
    List<String> wrong = new ArrayList<>();
    int count = 0;
    for (Iterator<Bad> each = files.iterator(); each.hasNext(); count++) {
      Bad bad = each.next();
      writer.write(bad, file);
      int code = terminal.run(line.toArray(String[]::new));
      String said = command.equals("verify") ? terminal.results() : terminal.notices();
      boolean inWords = code == 0 || said.startsWith("npu4j: ") || said.contains("bad     ");
      if (!codes.contains(code) || !inWords || said.contains("a defect of")) {
        wrong.add(command + " " + bad.name() + ": exit code " + code + ", " + said);
      }
      if (!codes.contains(ExitCode.DONE)) {
        assertFalse(Files.exists(adopted), bad.name());
      }
    }
    assertTrue(wrong.isEmpty(), () -> wrong.size() + " files:\n" + String.join("\n", wrong));
    return count;
  }
}
