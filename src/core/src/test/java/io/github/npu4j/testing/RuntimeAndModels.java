package io.github.npu4j.testing;

import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.runtime.RuntimeInstaller;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Progress;

/**
 * Fetches what the tests with the real libraries need into the user's cache: Qualcomm's libraries
 * and the models of the catalog. The build runs it before them.
 */
public final class RuntimeAndModels {

  private RuntimeAndModels() {}

  /** Fetches what is not there yet. */
  public static void main(String[] arguments) {
    new RuntimeInstaller(Cache.standard()).install(Platform.current().name(), Progress.NONE);
    for (String model : new String[] {"minilm", "bge-small", "e5-small"}) {
      ModelCatalog.standard().pull(model, Progress.NONE);
    }
  }
}
