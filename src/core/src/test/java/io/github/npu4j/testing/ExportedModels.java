package io.github.npu4j.testing;

import io.github.npu4j.family.ExportRequest;
import io.github.npu4j.family.registry.Families;
import io.github.npu4j.store.Progress;
import io.github.npu4j.store.files.WholeFolder.Existing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

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
    return Families.export(
            new ExportRequest(
                checkpoint,
                folder.resolve(name),
                Existing.REFUSE,
                List.of(16, 32),
                OptionalInt.of(24)),
            Progress.NONE)
        .folder();
  }
}
