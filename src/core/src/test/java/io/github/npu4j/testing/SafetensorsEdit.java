package io.github.npu4j.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/** Changes tensors in the {@code model.safetensors} of a float32 checkpoint. */
public final class SafetensorsEdit {

  private final Path file;

  /** Prepares changes in a checkpoint folder. */
  public SafetensorsEdit(Path checkpoint) {
    this.file = checkpoint.resolve("model.safetensors");
  }

  /**
   * Changes a tensor.
   *
   * @param change gets its elements, row by row, and changes them in place
   */
  public void edit(String tensor, Consumer<float[]> change) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(buffer.getLong(0));
    int data = Long.BYTES + header;
    JsonNode place =
        new ObjectMapper()
            .readTree(Arrays.copyOfRange(bytes, Long.BYTES, data))
            .get(tensor)
            .get("data_offsets");
    float[] values = new float[(place.get(1).asInt() - place.get(0).asInt()) / Float.BYTES];
    buffer.position(data + place.get(0).asInt());
    buffer.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    change.accept(values);
    buffer.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    Files.write(file, bytes);
  }
}
