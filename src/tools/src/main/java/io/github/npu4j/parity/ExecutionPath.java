package io.github.npu4j.parity;

import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.tensor.Shape;
import java.nio.file.Path;
import java.util.Map;

/**
 * One way to execute a model, or a part of it: a file, and the device and engine that run it.
 *
 * @param name what it covers, for the report, such as {@code x-elite/16}
 * @param file what to open
 * @param options where and with what
 * @param shapes a static shape for each input that the file leaves open
 */
record ExecutionPath(String name, Path file, OpenOptions options, Map<String, Shape> shapes) {

  /** Takes a copy of the map. */
  public ExecutionPath {
    shapes = Map.copyOf(shapes);
  }
}
