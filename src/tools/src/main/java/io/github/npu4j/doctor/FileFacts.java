package io.github.npu4j.doctor;

import io.github.npu4j.engine.compatibility.Compatibility;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What was found out about a file or folder that somebody wants to run. */
public sealed interface FileFacts {

  /** Returns where it is. */
  Path path();

  /**
   * A context binary.
   *
   * @param path where it is
   * @param contents what QNN's system library reads in it
   * @param whole the manifest that its content agrees with; untried where it has none
   * @param load how long a load took in a process of its own, in milliseconds
   */
  record Binary(
      Path path, ProbeResult<Contents> contents, ProbeResult<Path> whole, ProbeResult<Double> load)
      implements FileFacts {}

  /**
   * What a context binary says of itself.
   *
   * @param judged what decides whether it loads
   * @param build the QAIRT build that compiled it; may be empty
   * @param graphs the names of its graphs
   */
  record Contents(Compatibility.ContextFacts judged, String build, List<String> graphs) {
    /** Takes a copy of the list. */
    public Contents {
      graphs = List.copyOf(graphs);
    }
  }

  /**
   * An ONNX model that points to a context binary.
   *
   * @param path where it is
   * @param irVersion the version of the ONNX format
   * @param readable the newest version that ONNX Runtime reads here
   * @param sdkVersion the QAIRT version that it names; may be empty
   * @param binary the context binary; absent where it is inside the ONNX file or missing
   * @param missing the file that it points to and that is not there
   */
  record EpContext(
      Path path,
      long irVersion,
      long readable,
      String sdkVersion,
      Optional<Binary> binary,
      Optional<Path> missing)
      implements FileFacts {}

  /**
   * An ONNX model that is not compiled.
   *
   * @param path where it is
   * @param irVersion the version of the ONNX format
   * @param readable the newest version that ONNX Runtime reads here
   */
  record Onnx(Path path, long irVersion, long readable) implements FileFacts {}

  /**
   * A model folder.
   *
   * @param path where it is
   * @param parts the models and context binaries in it
   */
  record Folder(Path path, List<FileFacts> parts) implements FileFacts {
    /** Takes a copy of the list. */
    public Folder {
      parts = List.copyOf(parts);
    }
  }

  /**
   * Something that npu4j can't run.
   *
   * @param path where it is
   * @param reason what it is, or what is wrong with it, without a full stop
   * @param advice what to do, as whole sentences
   */
  record Unusable(Path path, String reason, String advice) implements FileFacts {}
}
