package io.github.npu4j.artifact;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model on disk: the ONNX model, the tokenizer, the description, and context binaries by SoC and
 * sequence length.
 *
 * <pre>
 * NAME/  model.onnx [+ model.onnx.data]   tokenizer.json   npu4j.json
 *        htp/SOC/SEQ.bin  SEQ.manifest.json  SEQ.ctx.onnx
 * </pre>
 *
 * <p>A bare {@code .onnx} or {@code .bin} file is a folder with little in it. The folder is looked
 * at when a method asks, so files that appear later are seen. Instances are immutable.
 */
public final class ModelFolder {

  /** The file of the ONNX model. */
  public static final String ONNX = "model.onnx";

  /** Where sentence-transformers puts its export. */
  private static final String ONNX_BELOW = "onnx/" + ONNX;

  /** The file of the tokenizer, as Hugging Face's tokenizers write it. */
  public static final String TOKENIZER = "tokenizer.json";

  /** The file of the {@link ModelDescription}. */
  public static final String DESCRIPTION = "npu4j.json";

  /** The folder of the context binaries, with one folder a SoC. */
  public static final String HTP = "htp";

  private static final String BINARY_SUFFIX = ".bin";
  private static final String EP_CONTEXT_SUFFIX = ".ctx.onnx";
  private static final String ONNX_SUFFIX = ".onnx";

  /** The largest description that is read, in bytes. */
  private static final long LARGEST_DESCRIPTION = 1 << 20;

  private final Path path;
  private final boolean bare;

  private ModelFolder(Path path, boolean bare) {
    this.path = path;
    this.bare = bare;
  }

  /**
   * Opens a model folder, or a bare {@code .onnx} or {@code .bin} file.
   *
   * @throws ModelMissingException if there is nothing, or a folder without a model
   * @throws BadModelException if it is a file of another kind
   */
  public static ModelFolder open(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    if (Files.isDirectory(absolute)) {
      ModelFolder folder = new ModelFolder(absolute, false);
      if (folder.onnx().isEmpty() && folder.contexts().isEmpty() && !folder.isDescribed()) {
        throw new ModelMissingException(
            path + " is not a model folder",
            "it has no " + ONNX + ", no " + DESCRIPTION + " and no context binary below " + HTP,
            "Name a folder made by npu4j compile, adopt or models pull.");
      }
      return folder;
    }
    if (!Files.isRegularFile(absolute)) {
      throw new ModelMissingException(
          "there is no model " + path,
          "no such file or folder",
          "npu4j models list shows the models that are known by name.");
    }
    if (hasSuffix(absolute, ONNX_SUFFIX) || hasSuffix(absolute, BINARY_SUFFIX)) {
      return new ModelFolder(absolute, true);
    }
    throw new BadModelException(
        path + " is not a model",
        "its name ends neither with .onnx nor with .bin",
        "npu4j takes model folders, ONNX models and QNN context binaries.");
  }

  /** Returns the folder or, for a bare one, the file. */
  public Path path() {
    return path;
  }

  /** Returns whether this is a single file. */
  public boolean isBare() {
    return bare;
  }

  /** Returns the name of the folder, or of the file without its ending. */
  public String name() {
    return bare ? stem(path) : String.valueOf(path.getFileName());
  }

  /**
   * Returns the description, or {@link ModelDescription#unknown} if the folder has none.
   *
   * @throws BadModelException if there is one that can't be read
   */
  public ModelDescription description() {
    Path file = path.resolve(DESCRIPTION);
    if (bare || !Files.exists(file)) {
      return ModelDescription.unknown();
    }
    try {
      if (Files.size(file) > LARGEST_DESCRIPTION) {
        throw new BadModelException(
            file + " can't be read", "it is larger than any description", "It is another file.");
      }
      return ModelDescription.parse(Files.readAllBytes(file), file.toString());
    } catch (IOException unreadable) {
      throw new BadModelException(
          file + " can't be read", String.valueOf(unreadable), "", unreadable);
    }
  }

  /** Returns the ONNX model; of a bare EPContext model there is none. */
  public Optional<Path> onnx() {
    if (bare) {
      boolean plain = hasSuffix(path, ONNX_SUFFIX) && !hasSuffix(path, EP_CONTEXT_SUFFIX);
      return plain ? Optional.of(path) : Optional.empty();
    }
    return existing(ONNX).or(() -> existing(ONNX_BELOW));
  }

  /**
   * Returns every ONNX model that is not a context binary's: the one of {@link #onnx()}, and in a
   * folder all that lie in it or one folder below, as an encoder and a decoder do. Sorted.
   */
  public List<Path> onnxFiles() {
    if (bare) {
      return onnx().stream().toList();
    }
    List<Path> files = new ArrayList<>(children(path));
    for (Path below : children(path)) {
      if (!below.equals(path.resolve(HTP))) {
        files.addAll(children(below));
      }
    }
    return files.stream()
        .filter(file -> hasSuffix(file, ONNX_SUFFIX) && !hasSuffix(file, EP_CONTEXT_SUFFIX))
        .filter(Files::isRegularFile)
        .sorted()
        .toList();
  }

  /**
   * Returns the ONNX model.
   *
   * @throws ModelMissingException if there is none
   */
  public Path requireOnnx() {
    return onnx()
        .orElseThrow(() ->
            new ModelMissingException(
                path + " can't run on the CPU",
                "it has no ONNX model, only what was compiled for an NPU",
                "Put the model it was compiled from beside it as " + ONNX + "."));
  }

  /** Returns the tokenizer. */
  public Optional<Path> tokenizer() {
    return bare ? Optional.empty() : existing(TOKENIZER);
  }

  /**
   * Returns the tokenizer.
   *
   * @throws ModelMissingException if there is none
   */
  public Path requireTokenizer() {
    return tokenizer()
        .orElseThrow(() ->
            new ModelMissingException(
                path + " can't take text",
                "it has no " + TOKENIZER,
                "Copy the model's tokenizer there, or adopt it with one (withTokenizer)."));
  }

  /** Returns the EPContext model of a bare one; those of a folder belong to its context files. */
  public Optional<Path> epContext() {
    return bare && hasSuffix(path, EP_CONTEXT_SUFFIX) ? Optional.of(path) : Optional.empty();
  }

  /** Returns the SoCs that there are context binaries for, in order. */
  public List<String> socs() {
    return contexts().stream().map(ContextFile::soc).distinct().toList();
  }

  /** Returns the context binaries for a SoC, shortest sequence first, those of no length last. */
  public List<ContextFile> contexts(String soc) {
    return contexts().stream().filter(context -> context.soc().equals(soc)).toList();
  }

  /** Returns all context binaries, by SoC, shortest sequence first, those of no length last. */
  public List<ContextFile> contexts() {
    if (bare) {
      return hasSuffix(path, BINARY_SUFFIX) ? List.of(context("", path)) : List.of();
    }
    List<ContextFile> contexts = new ArrayList<>();
    for (Path soc : children(path.resolve(HTP))) {
      for (Path file : children(soc)) {
        if (hasSuffix(file, BINARY_SUFFIX)) {
          contexts.add(context(String.valueOf(soc.getFileName()), file));
        }
      }
    }
    contexts.sort(
        Comparator.comparing(ContextFile::soc)
            .thenComparingInt(c -> c.sequenceLength().orElse(Integer.MAX_VALUE))
            .thenComparing(ContextFile::name));
    return List.copyOf(contexts);
  }

  /** Returns where the context binary of a SoC and name is or would be. */
  public Path contextPath(String soc, String name) {
    return path.resolve(HTP).resolve(soc).resolve(name + BINARY_SUFFIX);
  }

  /** Returns where the EPContext model beside a context binary is or would be. */
  public static Path epContextBeside(Path contextBinary) {
    return contextBinary.resolveSibling(stem(contextBinary) + EP_CONTEXT_SUFFIX);
  }

  /**
   * Begins a new folder, or adds to one that exists.
   *
   * @throws IOException if the folder can't be made
   */
  public static ModelFolderWriter write(Path folder) throws IOException {
    return ModelFolderWriter.in(folder);
  }

  /** Returns a file's name without its last ending. */
  static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? name : name.substring(0, dot);
  }

  private boolean isDescribed() {
    return existing(DESCRIPTION).isPresent();
  }

  private Optional<Path> existing(String file) {
    return Optional.of(path.resolve(file)).filter(Files::isRegularFile);
  }

  private static ContextFile context(String soc, Path binary) {
    return new ContextFile(
        soc,
        stem(binary),
        binary,
        Optional.of(Manifest.besideOf(binary)).filter(Files::isRegularFile),
        Optional.of(epContextBeside(binary)).filter(Files::isRegularFile));
  }

  private static boolean hasSuffix(Path file, String suffix) {
    String name = String.valueOf(file.getFileName());
    return !name.startsWith(".") && name.toLowerCase(Locale.ROOT).endsWith(suffix);
  }

  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    } catch (IOException unreadable) {
      throw new ModelMissingException(
          folder + " can't be read", String.valueOf(unreadable), "", unreadable);
    }
  }
}
