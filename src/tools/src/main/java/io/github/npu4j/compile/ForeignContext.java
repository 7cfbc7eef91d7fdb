package io.github.npu4j.compile;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.onnx.ByteSource;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.epcontext.EpContextNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A context binary in one of the forms that tools hand it out in: a plain file, an EPContext model
 * with the binary inside or beside it, or an archive of these.
 *
 * @param name what to call it where its graphs don't say: the file's name without an ending
 * @param binary the context binary, where it lies or unpacked into the scratch folder
 * @param label the file that it came in, for messages: of an archive with the entry
 */
record ForeignContext(String name, Path binary, String label) {

  /** A file that AI Hub and the QAIRT converters put into every DLC, which is an archive too. */
  private static final String DLC_ENTRY = "dlc.metadata";

  /**
   * Finds the context binaries in a file.
   *
   * @param file what the user has
   * @param scratch an empty folder for what has to be unpacked
   * @throws BadModelException if there is none in it
   */
  static List<ForeignContext> find(Path file, Path scratch) throws IOException {
    if (Files.isDirectory(file)) {
      throw new BadModelException(
          file + " can't be adopted", "it is a folder", "Name the .bin, .onnx or .zip file in it.");
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelMissingException("there is no file " + file, "", "Check the path.");
    }
    if (hasSuffix(file, ".dlc")) {
      throw dlc(file);
    }
    if (SafeZip.isZip(file)) {
      return inArchive(file, scratch);
    }
    return hasSuffix(file, ".onnx")
        ? List.of(inModel(file, String.valueOf(file.getFileName()), scratch))
        : List.of(new ForeignContext(stem(file), file, String.valueOf(file.getFileName())));
  }

  private static List<ForeignContext> inArchive(Path archive, Path scratch) throws IOException {
    List<String> names = SafeZip.names(archive);
    if (names.stream().anyMatch(name -> name.endsWith(DLC_ENTRY))) {
      throw dlc(archive);
    }
    Path folder = scratch.resolve("archive");
    List<Path> files =
        SafeZip.unpack(
            archive, name -> hasSuffix(name, ".bin") || hasSuffix(name, ".onnx"), folder);
    List<ForeignContext> found = new ArrayList<>();
    for (Path file : files) {
      String label = label(archive, folder, file);
      if (hasSuffix(file, ".onnx") && !EpContextNode.in(read(file, label)).isEmpty()) {
        found.add(inModel(file, label, scratch));
      }
    }
    if (found.isEmpty()) {
      files.stream()
          .filter(file -> hasSuffix(file, ".bin"))
          .forEach(file ->
              found.add(new ForeignContext(stem(file), file, label(archive, folder, file))));
    }
    if (!found.isEmpty()) {
      return distinct(found);
    }
    if (names.stream().anyMatch(name -> hasSuffix(name, ".dlc"))) {
      throw dlc(archive);
    }
    throw new BadModelException(
        archive.getFileName() + " can't be adopted",
        "there is no context binary (.bin) and no EPContext model (.onnx) in it, but "
            + names.stream().limit(5).toList(),
        "Download the model for the target runtime \"QNN context binary\" or \"Precompiled QNN"
            + " ONNX\".");
  }

  private static String label(Path archive, Path folder, Path file) {
    return archive.getFileName()
        + ", entry "
        + folder.relativize(file).toString().replace('\\', '/');
  }

  private static OnnxModel read(Path model, String label) {
    try {
      return OnnxModel.read(model);
    } catch (BadModelException bad) {
      throw new BadModelException(label + " can't be adopted", bad.why(), bad.advice(), bad);
    }
  }

  /** Two EPContext models may point to one binary of several graphs. */
  private static List<ForeignContext> distinct(List<ForeignContext> contexts) {
    List<ForeignContext> distinct = new ArrayList<>();
    for (ForeignContext context : contexts) {
      if (distinct.stream().noneMatch(known -> known.binary.equals(context.binary))) {
        distinct.add(context);
      }
    }
    return distinct;
  }

  private static ForeignContext inModel(Path model, String label, Path scratch) throws IOException {
    OnnxModel file = read(model, label);
    List<EpContextNode> compiled = EpContextNode.in(file);
    requireContexts(label, compiled);
    List<EpContextNode> main =
        compiled.stream()
            .filter(node -> node.contextFile() != null || node.embedded() != null)
            .toList();
    if (main.isEmpty()) {
      throw new BadModelException(
          label + " can't be adopted",
          "it has no EPContext node: it is not compiled",
          "Use npu4j compile; or say what it is by its tokenizer or pooling, and it is adopted as"
              + " it is.");
    }
    if (!EpContextNode.areAllOf(file)) {
      throw new BadModelException(
          label + " can't be adopted",
          "part of it is not compiled: it has "
              + (file.graph().nodes().size() - compiled.size())
              + " nodes beside the EPContext nodes",
          "Run it as it is by ONNX Runtime (--engine ort), or compile the model it was made from.");
    }
    EpContextNode node = main.getFirst();
    if (main.stream().anyMatch(other -> !sameContext(node, other))) {
      throw new BadModelException(
          label + " can't be adopted",
          "it is made of " + main.size() + " context binaries",
          "Adopt each .bin by itself.");
    }
    return new ForeignContext(stem(model), binary(model, label, node, scratch), label);
  }

  /**
   * A node that carries a context has it inside or names its file; else its graph would be lost.
   */
  private static void requireContexts(String label, List<EpContextNode> nodes) {
    for (EpContextNode node : nodes) {
      if (node.main() && node.contextFile() == null && node.embedded() == null) {
        throw new BadModelException(
            label + " can't be adopted",
            "its node "
                + (node.name().isEmpty() ? "of outputs " + node.outputs() : node.name())
                + " should carry a context binary (main_context 1) and has none"
                + " (no ep_cache_context)",
            "Get the model again, or adopt the context binaries one by one.");
      }
    }
  }

  private static boolean sameContext(EpContextNode one, EpContextNode other) {
    return one.contextFile() == null
        ? one.equals(other)
        : one.contextFile().equals(other.contextFile());
  }

  private static Path binary(Path model, String label, EpContextNode node, Path scratch)
      throws IOException {
    ByteSource embedded = node.embedded();
    if (embedded != null) {
      Path target = Files.createTempFile(scratch, "embedded", ".bin");
      try (FileChannel to = FileChannel.open(target, StandardOpenOption.WRITE)) {
        embedded.writeTo(to);
      }
      return target;
    }
    return beside(model, label, String.valueOf(node.contextFile()));
  }

  /**
   * ONNX Runtime follows this path as it stands; here it may not lead out of the model's folder.
   */
  private static Path beside(Path model, String label, String contextFile) {
    Path folder = model.toAbsolutePath().normalize().resolveSibling(".").normalize();
    Path binary =
        EpContextNode.inside(folder, contextFile)
            .orElseThrow(() ->
                new BadModelException(
                    label + " can't be adopted",
                    "it points to \"" + contextFile + "\", which is outside its folder",
                    "Adopt the .bin itself."));
    if (!Files.isRegularFile(binary)) {
      throw new ModelMissingException(
          "the context binary of " + label + " is missing",
          "it should be " + binary,
          "Put it there, under this name.");
    }
    return binary;
  }

  private static BadModelException dlc(Path file) {
    return new BadModelException(
        file.getFileName() + " is a DLC, which npu4j can't load",
        "a DLC is converted but not yet compiled for a device",
        "Make a context binary of it with the QAIRT SDK (qnn-context-binary-generator --dlc_path),"
            + " or download the model from AI Hub for the target runtime \"QNN context binary\" or"
            + " \"Precompiled QNN ONNX\", or compile the ONNX model with npu4j compile.");
  }

  private static boolean hasSuffix(Path file, String suffix) {
    return hasSuffix(String.valueOf(file.getFileName()), suffix);
  }

  private static boolean hasSuffix(String name, String suffix) {
    return name.toLowerCase(Locale.ROOT).endsWith(suffix);
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.indexOf('.');
    return (dot <= 0 ? name : name.substring(0, dot)).replaceAll("[^A-Za-z0-9_-]", "_");
  }
}
