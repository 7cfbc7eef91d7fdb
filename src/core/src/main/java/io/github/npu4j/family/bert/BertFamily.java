package io.github.npu4j.family.bert;

import io.github.npu4j.family.ExportRequest;
import io.github.npu4j.family.ExportedModel;
import io.github.npu4j.family.ModelFamily;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.WeightPlacement;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Set;

/** BERT and the encoders built like it, MiniLM among them. */
public final class BertFamily implements ModelFamily {

  private static final Logger LOGGER = System.getLogger("io.github.npu4j.onnx");

  @Override
  public String name() {
    return "bert";
  }

  @Override
  public String title() {
    return "BERT";
  }

  @Override
  public Set<String> modelTypes() {
    return Set.of(BertExport.MODEL_TYPE);
  }

  @Override
  public ExportedModel export(ExportRequest request, Progress progress) throws IOException {
    return BertExport.run(request, progress);
  }

  @Override
  public boolean writeCpuForm(OnnxModel model, Path target, WeightPlacement placement)
      throws IOException {
    try (GraphConstants graph = new GraphConstants(model.graph())) {
      BertForm.of(graph, BertReader.read(graph)).model().write(target, placement, Progress.NONE);
      return true;
    } catch (PatternMismatch other) {
      LOGGER.log(Level.DEBUG, "the graph is no BERT encoder: {0}", other.getMessage());
      return false;
    }
  }
}
