package io.github.npu4j.parity;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.family.GraphFeeds;
import io.github.npu4j.family.HtpForm;
import io.github.npu4j.family.registry.Families;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.store.files.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares the graphs that a family compiles apart with what they were compiled from, on the CPU,
 * by feeds of the family's own: what a graph takes comes out of the one before it.
 */
final class GraphParity {

  private final ModelFolder folder;
  private final HtpForm form;
  private final OpenOptions options;
  private final ParityProgress progress;
  private final List<ParityReport> reports = new ArrayList<>();
  private final List<String> notCompared = new ArrayList<>();

  private GraphParity(
      ModelFolder folder, HtpForm form, OpenOptions options, ParityProgress progress) {
    this.folder = folder;
    this.form = form;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Compares every graph of every bucket.
   *
   * @param folder has the context binaries, and the graphs that they were compiled from
   * @param buckets the length of each in tokens
   * @param socs what was compiled for
   * @param options where to run the context binaries
   * @return the comparisons, and what could not be compared, with the reasons
   * @throws BadInputException if the model is not compiled in parts
   * @throws IOException if the graphs can't be written with the buckets' shapes
   */
  public static ParityResult compare(
      ModelFolder folder,
      List<Integer> buckets,
      List<Soc> socs,
      OpenOptions options,
      ParityProgress progress)
      throws IOException {
    HtpForm form =
        Families.htpForm(folder)
            .orElseThrow(() ->
                new BadInputException(
                    folder.name() + " can't be compared so", "it is not compiled in parts", ""));
    GraphParity parity = new GraphParity(folder, form, options, progress);
    Path scratch = Files.createTempDirectory("npu4j-parity-");
    try {
      for (int tokens : buckets) {
        parity.compare(tokens, socs, Files.createDirectory(scratch.resolve("" + tokens)));
        FileTree.delete(scratch.resolve("" + tokens));
      }
    } finally {
      FileTree.delete(scratch);
    }
    return new ParityResult(ParityReport.joined(parity.reports), parity.notCompared);
  }

  private void compare(int tokens, List<Soc> socs, Path scratch) throws IOException {
    List<Path> references = new ArrayList<>();
    for (HtpForm.Graph graph : form.graphs()) {
      Path reference = scratch.resolve(graph.role().bucket(tokens) + ".onnx");
      graph.writeStatic(tokens, reference);
      references.add(reference);
    }
    try (GraphFeeds feeds = form.feeds(references)) {
      for (int i = 0; i < references.size(); i++) {
        String name = form.graphs().get(i).role().bucket(tokens);
        try (ParityCheck check = new ParityCheck(references.get(i), feeds::of, null, progress)) {
          for (Soc soc : socs) {
            Path file = folder.contextPath(soc.name(), name);
            check.compare(new ExecutionPath(soc.name() + "/" + name, file, options, Map.of()));
          }
          notCompared.addAll(check.notCompared());
          reports.add(check.report());
        }
      }
    }
  }
}
