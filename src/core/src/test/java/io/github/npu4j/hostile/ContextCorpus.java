package io.github.npu4j.hostile;

import io.github.npu4j.artifact.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Bad copies of one good context binary and of the manifest beside it; the same in every run, and
 * each made only on demand.
 */
public final class ContextCorpus {

  private final byte[] binary;
  private final byte[] manifest;

  /** Reads the good files. */
  public ContextCorpus(Path binary) throws IOException {
    this.binary = Files.readAllBytes(binary);
    this.manifest = Files.readAllBytes(Manifest.besideOf(binary));
  }

  /** A model's two files of which at least one is bad. */
  public static final class Bad {
    private final String name;
    private final byte[] binary;
    private final byte[] manifest;

    private Bad(String name, byte[] binary, byte[] manifest) {
      this.name = name;
      this.binary = binary;
      this.manifest = manifest;
    }

    /** Returns what is wrong with it. */
    public String name() {
      return name;
    }

    /** Writes both files. */
    public void write(Path file) throws IOException {
      writeBare(file);
      Files.write(Manifest.besideOf(file), manifest);
    }

    /** Writes the binary without a manifest. */
    public void writeBare(Path file) throws IOException {
      Files.write(file, binary);
    }
  }

  /** Writes the good binary without a manifest. */
  public void writeGood(Path file) throws IOException {
    Files.write(file, binary);
  }

  /** Returns 240 files of one to eight changed bytes in the weights. */
  public Stream<Bad> weights() {
    return IntStream.range(0, 240)
        .mapToObj(seed ->
            bad(
                "weights " + seed,
                Damage.changed(
                    binary, binary.length / 4, binary.length * 3 / 4, 1 + seed % 8, seed)));
  }

  /** Returns 60 files of one to eight changed bytes in any place. */
  public Stream<Bad> anywhere() {
    return IntStream.range(0, 60)
        .mapToObj(seed ->
            bad("anywhere " + seed, Damage.changed(binary, 0, binary.length, 1 + seed % 8, seed)));
  }

  /** Returns good binaries whose manifests are changed, cut short, or other files. */
  public Stream<Bad> manifests() {
    Stream<Bad> changed =
        IntStream.range(0, 60)
            .mapToObj(seed ->
                new Bad(
                    "manifest " + seed,
                    binary,
                    Damage.changed(manifest, 0, manifest.length, 1 + seed % 8, seed)));
    Stream<Bad> cut =
        IntStream.range(0, 20)
            .map(part -> manifest.length * part / 20)
            .mapToObj(length ->
                new Bad("manifest cut at " + length, binary, Damage.truncated(manifest, length)));
    Stream<Bad> foreign =
        ForeignFiles.byKind().entrySet().stream()
            .map(kind -> new Bad("manifest " + kind.getKey(), binary, kind.getValue()));
    return Stream.of(changed, cut, foreign).flatMap(all -> all);
  }

  /** Returns files that were cut short at {@code parts} places. */
  public Stream<Bad> truncated(int parts) {
    return IntStream.range(0, parts)
        .map(part -> (int) ((long) binary.length * part / parts))
        .mapToObj(length -> bad("cut at " + length, Damage.truncated(binary, length)));
  }

  /** Returns files that are a little shorter or longer, or have holes. */
  public Stream<Bad> lengths() {
    Stream<Bad> shorter =
        Stream.of(bad("one byte less", Damage.truncated(binary, binary.length - 1)));
    Stream<Bad> longer =
        IntStream.of(1, 4096, 100_000)
            .mapToObj(more -> bad(more + " bytes more", Damage.lengthened(binary, more)));
    Stream<Bad> holes =
        IntStream.iterate(
                0, page -> page + 4096 <= binary.length, page -> page + binary.length / 20)
            .mapToObj(page -> bad("zeros at " + page, Damage.zeroed(binary, page, 4096)))
            .filter(file -> !Arrays.equals(file.binary, binary));
    return Stream.of(shorter, longer, holes).flatMap(all -> all);
  }

  /** Returns files of other kinds under the binary's name. */
  public Stream<Bad> foreign() {
    Map<String, byte[]> kinds = ForeignFiles.byKind();
    return kinds.entrySet().stream().map(kind -> bad(kind.getKey(), kind.getValue()));
  }

  /** Returns this model's files mixed with those of another. */
  public Stream<Bad> mixedWith(ContextCorpus other) {
    return Stream.of(
        bad("another model", other.binary), new Bad("its manifest", binary, other.manifest));
  }

  private Bad bad(String name, byte[] content) {
    return new Bad(name, content, manifest);
  }
}
