package io.github.npu4j.family.t5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.npu4j.checkpoint.Weight;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.testing.T5Fixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tensors a T5 may share between its embedding and its output layer. */
class T5CheckpointTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void tiedModelsNeedNoOutputLayer() throws IOException {
    T5Fixture.named("relu-tied").write(folder);
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder)) {
      assertTrue(checkpoint.tied());
      assertArrayEquals(values(checkpoint, "shared"), values(checkpoint, "lm_head"));
    }
  }

  @Test
  void copiesOfTheEmbeddingUnderEachNameAreTaken() throws IOException {
    T5Fixture.named("pickled").write(folder); // with all names of the tied tensor
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder)) {
      assertTrue(checkpoint.tied());
    }
    Path untied = folder.resolve("untied");
    T5Fixture.named("pickled-untied").write(untied);
    try (T5Checkpoint checkpoint = T5Checkpoint.open(untied)) {
      assertFalse(checkpoint.tied());
    }
  }

  /** What transformers 5 writes of a T5 1.1: tied by its configuration, untied by its weights. */
  @Test
  void anOutputLayerOfItsOwnIsUsedWhateverTheConfigurationSays() throws IOException {
    T5Fixture.named("relu-untied").write(folder);
    configure("tie_word_embeddings", true);
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder)) {
      assertFalse(checkpoint.tied());
      assertFalse(Arrays.equals(values(checkpoint, "shared"), values(checkpoint, "lm_head")));
    }
  }

  @Test
  void encodersEmbeddingOfItsOwnIsRefused() throws IOException {
    T5Fixture.named("relu-tied").write(folder);
    byte[] other = new byte[128 * 32 * 4];
    append("encoder.embed_tokens.weight", other, 128, 32);
    assertRefused("encoder.embed_tokens.weight is not equal to shared.weight");
  }

  @Test
  void theTableThatT5NeverUsedIsPassedOver() throws IOException {
    T5Fixture.named("relu-tied").write(folder);
    append(
        "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight",
        new byte[32 * 4 * 4],
        32,
        4);
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder)) {
      assertEquals(2, checkpoint.config().layers().decoder());
    }
    append("decoder.block.0.adapter.weight", new byte[4], 1);
    assertRefused("decoder.block.0.adapter.weight is left over");
  }

  private void assertRefused(String why) {
    BadModelException refused =
        assertThrows(BadModelException.class, () -> T5Checkpoint.open(folder).close());
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  private static float[] values(T5Checkpoint checkpoint, String name) {
    Weight weight = checkpoint.weight(name);
    float[] values = new float[(int) weight.shape().elements()];
    weight.read(0, weight.rows(), values, 0, weight.columns());
    return values;
  }

  private void configure(String name, boolean value) throws IOException {
    Path file = folder.resolve("config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    JSON.writeValue(file.toFile(), config.put(name, value));
  }

  /** Adds a tensor of float32 to the end of the weights. */
  private void append(String name, byte[] data, int... shape) throws IOException {
    Path file = folder.resolve("model.safetensors");
    ByteBuffer old = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) old.getLong();
    ObjectNode header = (ObjectNode) JSON.readTree(old.array(), Long.BYTES, length);
    int begin = Long.BYTES + length;
    int end = old.capacity() - begin;
    ObjectNode entry = header.putObject(name).put("dtype", "F32");
    entry.set("shape", JSON.valueToTree(shape));
    entry.set("data_offsets", JSON.valueToTree(new int[] {end, end + data.length}));
    byte[] text = JSON.writeValueAsBytes(header);
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    made.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .array());
    made.write(text);
    made.write(old.array(), begin, end);
    made.write(data);
    Files.write(file, made.toByteArray());
  }
}
