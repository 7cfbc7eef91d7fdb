package io.github.npu4j.onnx;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an ONNX file says of itself: version, operators, inputs, outputs, nodes and EPContext nodes.
 *
 * <p>The file may be hostile. It is walked as slices of a mapping, lengths are compared with what
 * is there, and what is kept is bounded in number and size, so a bad file ends in a {@link
 * BadModelException} and not in a full heap. Weights are passed over.
 *
 * @param path the file
 * @param byteSize its size
 * @param irVersion the version of the ONNX format
 * @param producer the tool that wrote it, with its version; may be empty
 * @param opsets the operator sets it uses, version by domain; ONNX's own domain is empty
 * @param metadata the model's properties
 * @param graphName the graph's name; may be empty
 * @param inputs the inputs a caller has to give; initializers that old files list among them are
 *     not here
 * @param outputs the outputs
 * @param nodes the nodes of the main graph
 * @param epContexts the EPContext nodes among them
 * @param externalData the files that hold weights, relative to the model's folder
 */
public record OnnxFile(
    Path path,
    long byteSize,
    long irVersion,
    String producer,
    Map<String, Long> opsets,
    Map<String, String> metadata,
    String graphName,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs,
    List<Node> nodes,
    List<EpContextNode> epContexts,
    Set<String> externalData) {

  /** The largest file that protobuf can describe. */
  public static final long MAX_BYTES = Integer.MAX_VALUE;

  /** The newest version of the format that ONNX Runtime 1.29 reads. */
  public static final long NEWEST_IR_VERSION = 13;

  /** Takes copies of the collections. */
  public OnnxFile {
    opsets = Map.copyOf(opsets);
    metadata = Map.copyOf(metadata);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
    epContexts = List.copyOf(epContexts);
    externalData = Set.copyOf(externalData);
  }

  /**
   * Reads a file.
   *
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it is not an ONNX model, is damaged, or can't be read
   */
  public static OnnxFile read(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      return new OnnxScanner(path, map(path, arena)).scan();
    } catch (InternalError cutShort) {
      // How the VM reports a page of a mapped file that is no longer there.
      throw new BadModelException(
          path.getFileName() + " can't be read",
          "it changed while it was read",
          "Try again.",
          cutShort);
    }
  }

  /** Returns whether the model is nothing but compiled graphs. */
  public boolean isCompiled() {
    return !nodes.isEmpty() && epContexts.size() == nodes.size();
  }

  /**
   * Returns the files that hold weights, in the order of their names. They need not exist.
   *
   * @throws BadModelException if one is outside the model's folder
   */
  public List<Path> externalFiles() {
    return externalData.stream()
        .sorted()
        .map(location -> ExternalData.resolve(folder(path), location))
        .toList();
  }

  static Path folder(Path model) {
    Path parent = model.toAbsolutePath().getParent();
    return parent == null ? model.toAbsolutePath() : parent;
  }

  /** Maps a file for reading, for as long as the arena lives. */
  static MemorySegment map(Path path, Arena arena) {
    if (Files.isDirectory(path)) {
      throw new BadModelException(
          path + " is not an ONNX model", "it is a folder", "Name the .onnx file in it.");
    }
    try (FileChannel channel = FileChannel.open(path)) {
      long size = channel.size();
      if (size == 0 || size > MAX_BYTES) {
        throw new BadModelException(
            path.getFileName() + " is not an ONNX model",
            "it has " + size + " bytes, and an ONNX model has from 1 to " + MAX_BYTES,
            size == 0 ? "Get the file again." : "Save the weights as external data.");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
    } catch (NoSuchFileException absent) {
      throw new ModelMissingException(
          "there is no file " + path, "", "Check the path, or run npu4j models list.");
    } catch (IOException unreadable) {
      throw new BadModelException(
          path + " can't be read", String.valueOf(unreadable.getMessage()), "", unreadable);
    }
  }
}
