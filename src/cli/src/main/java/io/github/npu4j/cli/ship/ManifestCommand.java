package io.github.npu4j.cli.ship;

import io.github.npu4j.artifact.FolderManifest;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.report.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "manifest",
    description = {
      "Write down the SHA-256 of every file of a model folder, so that a program ships them and "
          + "opens no other model.",
      "The commands that read a model compare it with --manifest FILE; a program gives it with the "
          + "options of opening. The lines are those of sha256sum."
    },
    footer = {
      "",
      "Example: npu4j manifest folder -o folder.sha256 && npu4j verify folder --manifest"
          + " folder.sha256"
    })
public final class ManifestCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(paramLabel = "FOLDER", description = "A model folder, or a name of the catalog.")
  String model = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write to FILE, which lies outside the folder, instead of standard output.")
  @Nullable Path output;

  @Option(names = "--json", description = "Write JSON, for other programs.")
  boolean json;

  public ManifestCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path folder =
        Files.exists(Path.of(model)) ? Path.of(model) : ModelCatalog.standard().open(model).path();
    if (output != null) {
      requireOutside(folder, output);
    }
    FolderManifest manifest = FolderManifest.of(folder);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    print(folder, manifest, new PrintStream(text, false, StandardCharsets.UTF_8));
    if (output == null) {
      console.results().writeBytes(text.toByteArray());
    } else {
      AtomicFile.write(output, text.toByteArray());
    }
    return ExitCode.DONE;
  }

  private void print(Path folder, FolderManifest manifest, PrintStream out) {
    if (json) {
      Json.print(out, Map.of("folder", folder, "files", manifest.files()));
    } else {
      out.print(manifest);
    }
    out.flush();
  }

  private static void requireOutside(Path folder, Path file) throws IOException {
    Path parent = file.toAbsolutePath().normalize().getParent();
    if (parent != null
        && Files.exists(parent)
        && Files.exists(folder)
        && parent.toRealPath().startsWith(folder.toRealPath())) {
      throw new BadInputException(
          file + " can't be the manifest",
          "it lies in " + folder + " and would have to list itself",
          "Name a file outside the folder with -o.");
    }
  }
}
