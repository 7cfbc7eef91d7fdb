package io.github.npu4j.artifact;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.store.Digest;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What stands beside a context binary: what it is, for whom it was made, and the proof that it is
 * whole. Immutable.
 *
 * <p>The file carries a SHA-256 of itself, so that no changed byte in it goes unseen either. It is
 * no signature: who can write both files can make them agree.
 *
 * @param digest the size and hashes of the context binary
 * @param sourceSha256 the SHA-256 of the ONNX model it was compiled from, empty if unknown
 * @param soc what it was compiled for
 * @param versions the versions of what compiled it
 * @param sharedWeights whether its graphs share one copy of their weights; the emulator can't load
 *     such a file
 * @param graphs its graphs, as QNN tells them
 * @param epContextSha256 the SHA-256 of the EPContext model beside it, empty if there is none
 */
public record Manifest(
    Digest digest,
    Optional<String> sourceSha256,
    Soc soc,
    Versions versions,
    boolean sharedWeights,
    List<Graph> graphs,
    Optional<String> epContextSha256) {

  /**
   * The version of the format that this class writes. Format 1, without the chunks' checksums, is
   * read as well.
   */
  public static final int FORMAT = 2;

  /** What every manifest's file name ends with. */
  public static final String SUFFIX = ".manifest.json";

  /** The largest manifest that is read, in bytes: a hundred times any seen. */
  private static final long LARGEST = 16 << 20;

  /**
   * A system on a chip.
   *
   * @param name npu4j's name for it, such as {@code x-elite}
   * @param model QNN's SoC model number, 0 if unknown
   * @param htpArch the HTP architecture, 73 for v73, 0 if unknown
   */
  public record Soc(String name, int model, int htpArch) {}

  /**
   * The versions of what compiled a context binary; empty where unknown.
   *
   * @param qairt the build id of the QAIRT tools or libraries
   * @param coreApi the QNN core API, such as {@code 2.40.0}
   * @param backendApi the HTP backend's API
   * @param systemApi the QNN System API that introspected it
   * @param contextBlob the version of the context blob
   */
  public record Versions(
      String qairt, String coreApi, String backendApi, String systemApi, String contextBlob) {}

  /**
   * A graph of a context binary.
   *
   * @param name its name
   * @param inputs its inputs, in order
   * @param outputs its outputs, in order
   */
  public record Graph(String name, List<TensorSpec> inputs, List<TensorSpec> outputs) {
    /** Copies the lists. */
    public Graph {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /** Checks that nothing is missing and copies the list. */
  public Manifest {
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(soc, "soc");
    Objects.requireNonNull(versions, "versions");
    graphs = List.copyOf(graphs);
  }

  /** Returns the graph of a name. */
  public Optional<Graph> graph(String name) {
    return graphs.stream().filter(graph -> graph.name.equals(name)).findFirst();
  }

  /**
   * Returns where the manifest of a context binary is: {@code 128.bin} has {@code
   * 128.manifest.json}.
   */
  public static Path besideOf(Path contextBinary) {
    return contextBinary.resolveSibling(ModelFolder.stem(contextBinary) + SUFFIX);
  }

  /**
   * Reads a manifest.
   *
   * @throws BadModelException if it can't be read, is damaged, was changed since it was written, or
   *     is of another format version
   */
  public static Manifest read(Path file) {
    byte[] text;
    try {
      long size = Files.size(file);
      if (size > LARGEST) {
        throw new BadModelException(
            file + " can't be read", "no manifest has " + size + " bytes", "It is another file.");
      }
      text = Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new BadModelException(
          file + " can't be read", String.valueOf(unreadable), "", unreadable);
    }
    return ManifestFormat.parse(text, file.toString());
  }

  /**
   * Checks a context binary against the manifest beside it; to be done before native code sees it.
   *
   * @param binary where the context binary is
   * @param content the whole file
   * @param integrity how much to check
   * @return the manifest; empty if there is none, so that damage in the weights can't be seen
   * @throws BadModelException if the manifest can't be read, or describes another content
   */
  public static Optional<Manifest> verifyBeside(
      Path binary, MemorySegment content, Integrity integrity) {
    Path file = besideOf(binary);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    Manifest manifest = read(file);
    manifest.verify(content, integrity, String.valueOf(binary.getFileName()));
    return Optional.of(manifest);
  }

  /**
   * Writes this manifest; it appears whole or not at all.
   *
   * @throws IOException if the folder can't be written
   */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, ManifestFormat.format(this));
  }

  /**
   * Checks a context binary against this manifest.
   *
   * @param content the whole file
   * @param integrity how much to check
   * @param name the file's name, for the message
   * @throws BadModelException if it is not the file described, with the place of the first damage
   */
  public void verify(MemorySegment content, Integrity integrity, String name) {
    switch (integrity) {
      case SIZE -> digest.requireSize(content, name);
      case CRC32C -> digest.verifyChecksums(content, name);
      case SHA256 -> digest.verify(content, name);
    }
  }
}
