package io.github.npu4j.testing;

import io.github.npu4j.family.t5.T5FolderExport;
import io.github.npu4j.store.Progress;
import io.github.npu4j.store.WholeFolder.Existing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Model folders of random T5s, as {@code npu4j export} makes them. */
public final class ExportedModels {

  private ExportedModels() {}

  /**
   * Exports a recorded model.
   *
   * @param name a {@link T5Fixture}'s
   * @param folder a temporary folder; the checkpoint stays in it
   * @return the model folder
   */
  public static Path export(String name, Path folder) throws IOException {
    Path checkpoint = folder.resolve(name + "-checkpoint");
    T5Fixture.named(name).write(checkpoint);
    return T5FolderExport.run(
            new T5FolderExport.Request(
                checkpoint, folder.resolve(name), Existing.REFUSE, List.of(16, 32), 24),
            Progress.NONE)
        .folder();
  }
}
