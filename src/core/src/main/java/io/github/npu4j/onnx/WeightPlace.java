package io.github.npu4j.onnx;

import java.nio.file.Path;

/**
 * Where the elements of a weight begin.
 *
 * @param file the model, or what it keeps its weights in
 * @param offset the first byte
 */
public record WeightPlace(Path file, long offset) {}
