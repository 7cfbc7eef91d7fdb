package io.github.npu4j.faults;

import io.github.npu4j.artifact.FolderManifest;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.runtime.LibrarySearch;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.testing.T5Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A command that writes a folder, and how to tell that the folder is whole.
 *
 * @param name what to call it
 * @param arguments the command line
 * @param made the folder that it makes
 * @param atOnce whether the folder appears whole, not file by file
 */
record Writer(String name, List<String> arguments, Path made, boolean atOnce) {

  private static final Path T5_NLU = Path.of("models", "t5-nlu").toAbsolutePath();

  /** What the folder is when the command was let alone. */
  record Whole(FolderManifest manifest, Set<String> differing) {

    /** Takes what two runs made, whose files may differ in times that they tell. */
    static Whole of(FolderManifest one, FolderManifest other) {
      if (!one.files().keySet().equals(other.files().keySet())) {
        throw new IllegalStateException(one + " and then " + other);
      }
      Set<String> differing = new HashSet<>();
      one.files()
          .forEach((file, digest) -> {
            if (!digest.equals(other.files().get(file))) {
              differing.add(file);
            }
          });
      return new Whole(one, differing);
    }
  }

  /** Returns what of the folder is not whole; empty if all that has its name is. */
  List<String> defects(Whole whole) throws IOException {
    if (!Files.isDirectory(made)) {
      return List.of();
    }
    List<String> defects = new ArrayList<>();
    Set<String> names = new TreeSet<>();
    for (String path : NpuCommand.below(made)) {
      boolean aside = path.contains(".writing-") || path.contains(".removing-");
      if (!aside && Files.isRegularFile(made.resolve(path))) {
        names.add(path);
      }
    }
    FolderManifest here = names.isEmpty() ? null : FolderManifest.of(made);
    for (String path : names) {
      String wanted = whole.manifest.files().get(path);
      if (wanted == null) {
        defects.add("there should be no " + path);
      } else if (!wanted.equals(here.files().get(path)) && !whole.differing.contains(path)) {
        defects.add(path + " is not whole");
      }
    }
    if (atOnce) {
      defects.addAll(missing(whole));
    }
    return defects;
  }

  /** Returns what is missing in the folder. */
  List<String> missing(Whole whole) throws IOException {
    Set<String> here = NpuCommand.below(made);
    return whole.manifest.files().keySet().stream()
        .filter(file -> !here.contains(file))
        .map(file -> "there is no " + file)
        .toList();
  }

  /**
   * Makes what the writers read.
   *
   * @return a folder with the checkpoint of a T5 and an encoder
   */
  static Path sources(Path folder) throws IOException {
    T5Fixture.named("gated-untied").write(folder.resolve("t5-checkpoint"));
    TinyModels.encoder(folder);
    return folder;
  }

  /** Returns the writers of model folders, which need no download. */
  static List<Writer> ofModels(Path sources, Path out) {
    String encoder = sources.resolve("encoder").toString();
    String binary = sources.resolve("encoder/htp/x-elite/8.bin").toString();
    Path exported = out.resolve("exported");
    Path compiled = out.resolve("compiled");
    Path adopted = out.resolve("adopted");
    // The larger one takes long enough to be killed while it is written.
    boolean large = Files.isRegularFile(T5_NLU.resolve("model.safetensors"));
    String checkpoint = (large ? T5_NLU : sources.resolve("t5-checkpoint")).toString();
    return List.of(
        new Writer(
            "export",
            List.of("export", checkpoint, exported.toString(), "--replace"),
            exported,
            true),
        new Writer(
            "compile",
            List.of("compile", encoder, "-o", compiled.toString(), "--seq", "8", "--no-parity"),
            compiled,
            false),
        new Writer("adopt", List.of("adopt", binary, "-o", adopted.toString()), adopted, false));
  }

  /**
   * Returns the writers of the cache's entries.
   *
   * @param wheel the pinned runtime of this platform
   * @param jar the pinned jar of MiniLM
   */
  static List<Writer> ofCache(Path wheel, Path jar, Path home) {
    Path runtime = home.resolve("runtime").resolve(qnnFolder().getParent().getFileName());
    String entry = ModelCatalog.find("minilm").orElseThrow().entryName();
    return List.of(
        new Writer(
            "runtime install",
            List.of("runtime", "install", "--wheel", wheel.toString()),
            runtime,
            true),
        new Writer(
            "models pull",
            List.of("models", "pull", "minilm", "--jar", jar.toString()),
            home.resolve("models").resolve(entry),
            true));
  }

  /** Returns the folder of the runtime that this process has. */
  static Path qnnFolder() {
    if (NativeRuntime.find().qnnFolder() instanceof LibrarySearch.Found found) {
      return found.path();
    }
    throw new IllegalStateException("the runtime is not installed");
  }
}
