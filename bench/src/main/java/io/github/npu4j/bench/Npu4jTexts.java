package io.github.npu4j.bench;

import io.github.npu4j.runtime.Device;
import io.github.npu4j.text.Embedder;
import java.nio.file.Path;
import java.util.List;

/** npu4j's embedder on the CPU. */
final class Npu4jTexts implements EmbedRival {
  private final Embedder embedder;

  Npu4jTexts(Path folder) {
    embedder = Embedder.open(folder.toString(), Device.CPU);
  }

  @Override
  public float[] embed(String text) {
    return embedder.embed(text);
  }

  @Override
  public List<float[]> embedAll(List<String> texts) {
    return embedder.embedAll(texts);
  }

  @Override
  public void close() {
    embedder.close();
  }
}
