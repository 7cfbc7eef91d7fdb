package io.github.npu4j.family.t5;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.family.ExportRequest;
import io.github.npu4j.family.ExportedModel;
import io.github.npu4j.family.HtpForm;
import io.github.npu4j.family.ModelFamily;
import io.github.npu4j.family.Seq2SeqLayout;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * T5 1.0 and 1.1, Flan-T5, mT5 and ByT5: encoder and decoder, exported in Optimum's form for CPUs
 * and as two static graphs for HTP.
 */
public final class T5Family implements ModelFamily {

  /** The name of the family. */
  static final String NAME = "t5";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "T5";
  }

  @Override
  public Set<String> modelTypes() {
    return T5Config.MODEL_TYPES;
  }

  @Override
  public ExportedModel export(ExportRequest request, Progress progress) throws IOException {
    return T5FolderExport.run(request, progress);
  }

  @Override
  public Optional<HtpForm> htpForm(ModelFolder folder) {
    return Optional.of(new T5HtpForm(folder));
  }

  @Override
  public Optional<Seq2SeqLayout> seq2SeqLayout() {
    return Optional.of(T5Files.LAYOUT);
  }
}
