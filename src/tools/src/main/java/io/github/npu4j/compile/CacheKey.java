package io.github.npu4j.compile;

import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.StaticShapes;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that a context binary depends on, as one hash: the name of its entry in the cache. */
final class CacheKey {

  /** To be raised when this room compiles differently than before. */
  private static final int VERSION = 1;

  /** Enough of the 64 hexadecimal digits to tell all models of the world apart. */
  private static final int DIGITS = 40;

  private final List<String> parts = new ArrayList<>();

  /**
   * Begins with what all buckets have in common.
   *
   * @param source the SHA-256 of the model
   */
  CacheKey(CompileRequest request, OnnxModel model, String source, String libraries)
      throws IOException {
    parts.add("npu4j compile " + VERSION);
    parts.add(source);
    for (Path external : model.externalFiles()) {
      parts.add(Digest.sha256(external));
    }
    parts.add(libraries);
    parts.add("soc " + request.soc().model());
    for (Map.Entry<String, String> option : new TreeMap<>(request.epOptions()).entrySet()) {
      parts.add(option.getKey() + "=" + option.getValue());
    }
  }

  /**
   * Returns the name of the entry that holds these graphs in one file.
   *
   * @param name the file's name, which the names of its graphs depend on
   */
  String of(String name, List<StaticShapes> graphs) {
    List<String> all = new ArrayList<>(parts);
    all.add(name);
    graphs.forEach(shapes -> all.add(shapes.inputs().toString()));
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : all) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
