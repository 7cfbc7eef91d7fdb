package io.github.npu4j.compile;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.epcontext.EpContextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A plain ONNX model as it is handed out: a file, or an archive that holds one and its weights. */
final class ForeignModel {

  private static final String ONNX = ".onnx";

  private ForeignModel() {}

  /**
   * Finds the ONNX model in a file, if that is what it is and nothing in it is compiled.
   *
   * @param scratch an empty folder for what has to be unpacked
   * @throws BadModelException if an archive holds several
   */
  static Optional<Path> find(Path file, Path scratch) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty(); // said by whoever looks for a context binary
    }
    if (!SafeZip.isZip(file)) {
      return hasSuffix(String.valueOf(file.getFileName()), ONNX) && isPlain(file)
          ? Optional.of(file)
          : Optional.empty();
    }
    List<String> names = SafeZip.names(file);
    if (names.stream().anyMatch(name -> hasSuffix(name, ".bin") || hasSuffix(name, ".dlc"))
        || names.stream().noneMatch(name -> hasSuffix(name, ONNX))) {
      return Optional.empty();
    }
    List<Path> models =
        SafeZip.unpack(file, _ -> true, scratch.resolve("model")).stream()
            .filter(path -> hasSuffix(path.toString(), ONNX))
            .toList();
    if (!models.stream().allMatch(ForeignModel::isPlain)) {
      return Optional.empty();
    }
    if (models.size() > 1) {
      throw new BadModelException(
          file.getFileName() + " can't be adopted",
          "it holds several ONNX models: "
              + names.stream().filter(name -> hasSuffix(name, ONNX)).toList(),
          "Unpack it and adopt one of them.");
    }
    return Optional.of(models.getFirst());
  }

  private static boolean isPlain(Path onnx) {
    return EpContextNode.in(OnnxModel.read(onnx)).isEmpty();
  }

  private static boolean hasSuffix(String name, String suffix) {
    return name.toLowerCase(Locale.ROOT).endsWith(suffix);
  }
}
