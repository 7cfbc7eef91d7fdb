package io.github.npu4j.family.registry;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.family.CheckpointConfig;
import io.github.npu4j.family.ExportRequest;
import io.github.npu4j.family.ExportedModel;
import io.github.npu4j.family.HtpForm;
import io.github.npu4j.family.ModelFamily;
import io.github.npu4j.family.Seq2SeqLayout;
import io.github.npu4j.family.bert.BertFamily;
import io.github.npu4j.family.distilbert.DistilBertFamily;
import io.github.npu4j.family.t5.T5Family;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The model families that npu4j knows. A new one is added to the list and nowhere else. */
public final class Families {

  private static final List<ModelFamily> ALL =
      List.of(new BertFamily(), new DistilBertFamily(), new T5Family());

  private Families() {}

  /** Returns all families. */
  public static List<ModelFamily> all() {
    return ALL;
  }

  /**
   * Makes a model folder of a checkpoint folder, by the family that its {@code config.json} names.
   *
   * @param progress is called with the file that is written and how far it is
   * @throws ModelMissingException if there is no checkpoint folder
   * @throws BadModelException if the architecture is not known, or as {@link ModelFamily#export}
   *     says
   * @throws IOException if the target can't be written
   */
  public static ExportedModel export(ExportRequest request, Progress progress) throws IOException {
    return ofCheckpoint(request.checkpoint()).export(request, progress);
  }

  /**
   * Returns the family of a checkpoint folder.
   *
   * @throws ModelMissingException if there is no such folder
   * @throws BadModelException if it has no {@code config.json}, or no family knows the architecture
   */
  public static ModelFamily ofCheckpoint(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelMissingException(
          "there is no checkpoint folder " + folder,
          "no such folder",
          "Name the folder that save_pretrained wrote.");
    }
    String type = CheckpointConfig.read(folder).string(CheckpointConfig.MODEL_TYPE);
    return ALL.stream()
        .filter(family -> family.modelTypes().contains(type))
        .findFirst()
        .orElseThrow(() -> unknown(type));
  }

  private static BadModelException unknown(String type) {
    String known =
        ALL.stream()
            .flatMap(family -> family.modelTypes().stream())
            .sorted()
            .collect(Collectors.joining(", "));
    return CheckpointConfig.bad(
        "it is of the architecture \"" + type + "\"", "npu4j exports " + known + ".");
  }

  /** Returns the family that a model folder's description names; empty if it names none. */
  public static Optional<ModelFamily> of(ModelFolder folder) {
    ModelDescription description = folder.description();
    String name =
        description.family().orElse(description.settings().getOrDefault(ModelFamily.SETTING, ""));
    return ALL.stream()
        .filter(family -> family.name().equals(name) || family.modelTypes().contains(name))
        .findFirst();
  }

  /**
   * Returns what of a model folder is compiled for HTP; empty if that is its ONNX model as it is.
   *
   * @throws ModelMissingException if a file of it is missing
   */
  public static Optional<HtpForm> htpForm(ModelFolder folder) {
    return of(folder).flatMap(family -> family.htpForm(folder));
  }

  /** Returns where the parts of an encoder and decoder lie in a folder, be it described or not. */
  public static Seq2SeqLayout seq2SeqLayout(Path folder) {
    Optional<Seq2SeqLayout> described =
        Files.isRegularFile(folder.resolve(ModelFolder.DESCRIPTION))
            ? of(ModelFolder.open(folder)).flatMap(ModelFamily::seq2SeqLayout)
            : Optional.empty();
    return described
        .or(() ->
            ALL.stream()
                .flatMap(family -> family.seq2SeqLayout().stream())
                .filter(layout ->
                    Files.isDirectory(folder.resolve(layout.full()))
                        || Files.isRegularFile(folder.resolve(layout.staticDecoder())))
                .findFirst())
        .orElse(Seq2SeqLayout.OPTIMUM);
  }
}
