package io.github.npu4j.compile;

import io.github.npu4j.artifact.Integrity;
import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.artifact.ModelFolderWriter;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.process.ChildResult;
import io.github.npu4j.internal.trial.FirstLoad;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.StaticShapes;
import io.github.npu4j.onnx.epcontext.EpContextModel;
import io.github.npu4j.qnn.QnnSystem;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.store.Digest;
import io.github.npu4j.store.files.FileMemory;
import io.github.npu4j.store.files.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * From a context binary that someone else made (AI Hub, the QAIRT tools, ONNX Runtime) to a model
 * folder.
 *
 * <p>The file is not trusted: its first load is in a child process, an archive can't write outside
 * its folder, and paths inside files can't lead out of theirs. Graphs keep their names. A binary of
 * one graph is named after its number of tokens where it has one, another after its file.
 */
public final class Adopter {

  private final NativeRuntime runtime;

  /** Makes an adopter with the libraries of a runtime; nothing is loaded yet. */
  public Adopter(NativeRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * One adopted context binary.
   *
   * @param name its name in the folder
   * @param binary where it is now
   * @param manifest the manifest written beside it
   * @param notLoaded why it can't be loaded on this machine, without a full stop; empty if it can
   */
  public record Adopted(String name, Path binary, Manifest manifest, String notLoaded) {}

  /**
   * Adopts a file.
   *
   * @param folder the model folder to make, or to add to
   * @return the context binaries that were found in the file; none of a plain ONNX model, which
   *     becomes a folder that runs on the CPU and can be compiled
   * @throws BadModelException if the file has no context binary, can't be read, is refused by the
   *     library as damaged, or ended the child process
   * @throws ModelMissingException if there is no such file
   * @throws RuntimeMissingException if a library is missing
   * @throws UncheckedIOException if the folder can't be written
   */
  public List<Adopted> adopt(AdoptRequest request, Path folder) {
    try {
      Path scratch = Files.createTempDirectory("npu4j-adopt");
      try {
        return adopt(request, folder, scratch);
      } finally {
        FileTree.delete(scratch);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private List<Adopted> adopt(AdoptRequest request, Path folder, Path scratch) throws IOException {
    Optional<Path> plain =
        request.describes() ? ForeignModel.find(request.file(), scratch) : Optional.empty();
    if (plain.isPresent()) {
      return adoptPlain(request, plain.get(), folder);
    }
    List<ForeignContext> found = ForeignContext.find(request.file(), scratch);
    List<String> notLoaded = new ArrayList<>();
    for (ForeignContext context : found) {
      requireWhole(context.binary());
      notLoaded.add(tryToLoad(context));
    }
    boolean added = Files.exists(folder);
    try {
      return write(request, folder, scratch, found, notLoaded);
    } catch (Throwable failed) {
      if (!added) {
        FileTree.delete(folder);
      }
      throw failed;
    }
  }

  private static List<Adopted> adoptPlain(AdoptRequest request, Path onnx, Path folder)
      throws IOException {
    if (request.model().isPresent()) {
      throw new BadInputException(
          request.file().getFileName() + " is an ONNX model itself",
          "another can't be what it was made from",
          "Leave the other one out.");
    }
    FiniteWeights.require(OnnxModel.read(onnx));
    boolean added = Files.exists(folder);
    try {
      ModelFolderWriter writer = ModelFolder.write(folder);
      writeCompanions(writer, request.withModel(onnx));
    } catch (Throwable failed) {
      if (!added) {
        FileTree.delete(folder);
      }
      throw failed;
    }
    return List.of();
  }

  private List<Adopted> write(
      AdoptRequest request,
      Path folder,
      Path scratch,
      List<ForeignContext> found,
      List<String> notLoaded)
      throws IOException {
    ModelFolderWriter writer = ModelFolder.write(folder);
    writeCompanions(writer, request);
    List<Adopted> adopted = new ArrayList<>();
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      Adopted one =
          write(writer, folder, found.get(i), notLoaded.get(i), request.model(), taken, scratch);
      taken.add(one.name);
      adopted.add(one);
    }
    return List.copyOf(adopted);
  }

  /** A binary out of a model folder has a manifest beside it, which tells what QNN can't. */
  private static void requireWhole(Path binary) {
    try (Arena arena = Arena.ofShared()) {
      Manifest.verifyBeside(binary, FileMemory.read(binary, arena), Integrity.SHA256);
    }
  }

  /**
   * Loads a binary in a child process.
   *
   * @return why it can't be loaded here although nothing is wrong with it; empty if it was loaded
   */
  private String tryToLoad(ForeignContext context) {
    ChildResult outcome = FirstLoad.of(context.binary(), runtime);
    if (outcome instanceof ChildResult.Refused refused
        && (refused.is(IncompatibleModelException.class)
            || refused.is(DeviceUnavailableException.class))) {
      return refused.why();
    }
    outcome.require(context.label() + " can't be adopted");
    return "";
  }

  private static void writeCompanions(ModelFolderWriter writer, AdoptRequest request)
      throws IOException {
    writer.description(request.description());
    if (request.tokenizer().isPresent()) {
      writer.tokenizer(request.tokenizer().get());
    }
    if (request.model().isPresent()) {
      SourceModel.copy(request.model().get(), writer);
    }
  }

  private Adopted write(
      ModelFolderWriter writer,
      Path folder,
      ForeignContext context,
      String notLoaded,
      Optional<Path> model,
      List<String> taken,
      Path scratch)
      throws IOException {
    QnnSystem system = QnnSystem.load(runtime.qnnSystem().require());
    try (Arena arena = Arena.ofShared()) {
      MemorySegment bytes = FileMemory.read(context.binary(), arena);
      ContextBinary content = system.read(bytes);
      String name = name(context, content, taken);
      Path epContext = epContext(content, name, scratch);
      Manifest manifest =
          Manifests.of(
              content,
              Digest.of(bytes),
              system,
              model.isPresent() ? Optional.of(Digest.sha256(model.get())) : Optional.empty(),
              epContext == null ? Optional.empty() : Optional.of(Digest.sha256(epContext)));
      writer.context(manifest.soc().name(), name, context.binary(), manifest, epContext);
      Path binary =
          folder.resolve(ModelFolder.HTP).resolve(manifest.soc().name()).resolve(name + ".bin");
      return new Adopted(name, binary, manifest, notLoaded);
    }
  }

  private static String name(ForeignContext context, ContextBinary content, List<String> taken) {
    String name = context.name();
    if (content.graphs().size() == 1) {
      OptionalLong tokens = StaticShapes.tokens(content.graphs().getFirst().inputSpecs());
      if (tokens.isPresent() && tokens.getAsLong() > 0) {
        name = Long.toString(tokens.getAsLong());
      }
    }
    return taken.contains(name) ? context.name() + "-" + taken.size() : name;
  }

  /** Writes the EPContext model of a binary of one graph; of several, each would need its own. */
  private static @Nullable Path epContext(ContextBinary content, String name, Path scratch)
      throws IOException {
    if (content.graphs().size() != 1) {
      return null;
    }
    GraphInfo graph = content.graphs().getFirst();
    Path target = scratch.resolve(name + ".ctx.onnx");
    EpContextModel.ofGraph(
            graph.name(), graph.inputSpecs(), graph.outputSpecs(), name + ".bin", content.buildId())
        .writeTo(target);
    return target;
  }
}
