package io.github.npu4j.qnn.info;

import io.github.npu4j.error.BadInputException;
import java.util.List;
import java.util.OptionalInt;

/**
 * What is inside a context binary, read by QNN's system library without loading it into a backend.
 *
 * <p>Damage in the structure of a file makes the reading fail; damage in its weights can't be seen.
 *
 * @param infoVersion the version of the description, 1 to 3
 * @param backendId the backend the file is for; HTP is 6
 * @param buildId the QAIRT build that compiled it
 * @param coreApi the core interface it was compiled with
 * @param backendApi the backend's interface it was compiled with
 * @param blobVersion the version of the compiled content
 * @param socName the SoC it was compiled for, in the file's own words; may be empty
 * @param socModel the number of that SoC (60 is X Elite, 88 X2 Elite); absent in versions 1 and 2
 * @param blobBytes the size of the compiled content
 * @param spillFillBytes the buffer for tensors that do not fit into VTCM, as versions 1 and 2 tell
 *     it for the whole file; 0 in version 3, where each graph tells its own
 * @param graphs its graphs
 */
public record ContextBinary(
    int infoVersion,
    int backendId,
    String buildId,
    QnnVersion coreApi,
    QnnVersion backendApi,
    QnnVersion blobVersion,
    String socName,
    OptionalInt socModel,
    long blobBytes,
    long spillFillBytes,
    List<GraphInfo> graphs) {

  /** Takes a copy of the list. */
  public ContextBinary {
    graphs = List.copyOf(graphs);
  }

  /**
   * Returns a graph by its name.
   *
   * @throws BadInputException if there is no such graph; the message lists those there are
   */
  public GraphInfo graph(String name) {
    for (GraphInfo graph : graphs) {
      if (graph.name().equals(name)) {
        return graph;
      }
    }
    throw new BadInputException(
        "can't use graph " + name,
        "the context binary has " + graphs.stream().map(GraphInfo::name).toList(),
        "Name one of these.");
  }

  /**
   * Returns how many bytes of weights the graphs share, 0 if none. The HTP emulator can't execute a
   * file that shares weights.
   */
  public long sharedWeightsBytes() {
    long shared = 0;
    for (GraphInfo graph : graphs) {
      long ofGraph =
          graph
              .htp()
              .flatMap(GraphInfo.HtpInfo::sizes)
              .map(GraphInfo.Sizes::sharedWeights)
              .orElse(0L);
      shared = Math.max(shared, ofGraph);
    }
    return shared;
  }
}
