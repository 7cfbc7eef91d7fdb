package io.github.npu4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  private static final String TWO =
      "{\"__metadata__\":{\"format\":\"pt\"},"
          + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
          + "\"b\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[8,10]}}";

  @TempDir private Path folder;

  @Test
  void readsTensorsWhereTheyLie() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1.5f).putFloat(-2).putShort((short) 0x3f80);
    try (TensorSource weights = Safetensors.open(write("m.safetensors", TWO, data.array()))) {
      assertEquals(Set.of("a", "b"), weights.names());
      assertEquals(new TensorSpec("a", ElementType.FLOAT32, Shape.of(2, 1)), weights.spec("a"));
      assertArrayEquals(
          new float[] {1.5f, -2}, weights.data("a").toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
      assertEquals(2, weights.data("b").byteSize());
      assertTrue(weights.data("b").isReadOnly());
    }
  }

  @Test
  void sliceAfterCloseThrowsInJava() throws IOException {
    TensorSource weights = Safetensors.open(write("m.safetensors", TWO, new byte[10]));
    MemorySegment slice = weights.data("a");
    weights.close();
    weights.close();
    assertThrows(IllegalStateException.class, () -> slice.get(ValueLayout.JAVA_BYTE, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[0,12] | F32 | [2,1] | 10 | sensible",
        "[0,9]  | F32 | [2,1] | 9  | takes 8 bytes",
        "[8,0]  | F32 | [2,1] | 8  | sensible",
        "[0,8]  | F32 | [9223372036854775807,2] | 8 | larger than any file",
        "[0,8]  | F32 | [-2,-1] | 8 | not from 0",
        "[0,8]  | Q7  | [2,1] | 8  | unknown dtype",
        "[0,8]  | F32 | [2,1] | 9  | the file goes on to 9",
        "[1,9]  | F32 | [2,1] | 9  | begins at byte 1 instead of 0",
        "[0]    | F32 | [2,1] | 8  | sensible",
        "[0,8]  | F32 | 7     | 8  | not an array"
      })
  void lyingHeaderIsRefused(String offsets, String dtype, String shape, int bytes, String why)
      throws IOException {
    String header =
        "{\"a\":{\"dtype\":\""
            + dtype
            + "\",\"shape\":"
            + shape
            + ",\"data_offsets\":"
            + offsets
            + "}}";
    Path file = write("m.safetensors", header, new byte[bytes]);
    BadModelException refused = assertThrows(BadModelException.class, () -> Safetensors.open(file));
    if (!why.equals("sensible")) {
      assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }
    assertTrue(refused.getMessage().contains("m.safetensors"), refused.getMessage());
  }

  /** No byte is in it, so its size says nothing against the shape. */
  @Test
  void hugeDimensionsOfAnEmptyTensorAreNamed() throws IOException {
    for (String shape : new String[] {"[0,1099511627776]", "[1099511627776,0]", "[0,1,2]", "[]"}) {
      int bytes = shape.equals("[]") ? 4 : 0;
      String header =
          "{\"w\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[0," + bytes + "]}}";
      try (TensorSource weights =
          Safetensors.open(write("m.safetensors", header, new byte[bytes]))) {
        BadModelException refused =
            assertThrows(BadModelException.class, () -> Weight.of(weights, "w"), shape);
        assertTrue(refused.why().contains("shape"), refused.why());
      }
    }
  }

  @Test
  void overlapIsRefused() throws IOException {
    String header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}}";
    Path file = write("m.safetensors", header, new byte[6]);
    BadModelException refused = assertThrows(BadModelException.class, () -> Safetensors.open(file));
    assertEquals("tensor b begins at byte 2 instead of 4", refused.why());
  }

  @Test
  void headerLengthIsHeldAgainstTheFile() throws IOException {
    for (long length : new long[] {0, 1, 3, 1000, Long.MAX_VALUE, -1}) {
      ByteBuffer file = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      file.put("{}".getBytes(StandardCharsets.UTF_8));
      Path path = Files.write(folder.resolve("m.safetensors"), file.array());
      BadModelException refused =
          assertThrows(BadModelException.class, () -> Safetensors.open(path));
      assertTrue(refused.why().contains("header claims"), refused.why());
    }
    for (int bytes : new int[] {0, 7}) {
      Path path = Files.write(folder.resolve("m.safetensors"), new byte[bytes]);
      assertThrows(BadModelException.class, () -> Safetensors.open(path));
    }
  }

  @Test
  void everyTruncationAndManyFlippedBytesEndInWordsOrInTensors() throws IOException {
    byte[] whole = Files.readAllBytes(write("m.safetensors", TWO, new byte[10]));
    for (int length = 0; length < whole.length; length++) {
      Path cut = Files.write(folder.resolve("m.safetensors"), Arrays.copyOf(whole, length));
      assertThrows(BadModelException.class, () -> Safetensors.open(cut), "cut to " + length);
    }
    Random random = new Random(7);
    int refused = 0;
    for (int round = 0; round < 500; round++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(whole.length - 10)] = (byte) random.nextInt(256);
      Path path = Files.write(folder.resolve("m.safetensors"), damaged);
      try (TensorSource weights = Safetensors.open(path)) {
        weights.names().forEach(name -> weights.data(name).toArray(ValueLayout.JAVA_BYTE));
      } catch (BadModelException expected) {
        refused++;
      }
    }
    assertTrue(refused > 250, refused + " of 500 refused");
  }

  @Test
  void shardsMustAgreeWithTheirIndex() throws IOException {
    shard("one.safetensors", "a");
    shard("two.safetensors", "b");
    Path index = index("{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}");
    try (TensorSource weights = Checkpoint.open(folder)) {
      assertEquals(Set.of("a", "b"), weights.names());
      assertEquals(1, weights.data("b").get(ValueLayout.JAVA_BYTE, 0));
    }
    index("{\"a\":\"one.safetensors\",\"b\":\"one.safetensors\"}");
    assertRefused(index, "places b in one.safetensors, which does not have it");
    shard("two.safetensors", "a");
    index("{\"a\":\"one.safetensors\"}");
    try (TensorSource weights = ShardedTensors.open(index, Safetensors::open)) {
      assertEquals(Set.of("a"), weights.names());
    }
    index("{\"a\":\"../one.safetensors\"}");
    assertRefused(index, "not the name of a file beside it");
    index("{\"a\":\"three.safetensors\"}");
    assertThrows(ModelMissingException.class, () -> ShardedTensors.open(index, Safetensors::open));
  }

  @Test
  void tensorThatTheIndexLeavesOutIsNamed() throws IOException {
    write(
        "one.safetensors",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
        new byte[2]);
    assertRefused(index("{\"a\":\"one.safetensors\"}"), "holds b, which it does not list");
  }

  @Test
  void folderWithoutWeightsIsNamed() {
    ModelMissingException missing =
        assertThrows(ModelMissingException.class, () -> Checkpoint.open(folder));
    assertTrue(missing.getMessage().contains("model.safetensors"), missing.getMessage());
  }

  private void assertRefused(Path index, String why) {
    BadModelException refused =
        assertThrows(BadModelException.class, () -> ShardedTensors.open(index, Safetensors::open));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  private Path index(String map) throws IOException {
    return Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"metadata\":{\"total_size\":2},\"weight_map\":" + map + "}");
  }

  private void shard(String file, String tensor) throws IOException {
    write(
        file,
        "{\"" + tensor + "\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
        new byte[] {1});
  }

  private Path write(String name, String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json).put(data);
    return Files.write(folder.resolve(name), file.array());
  }
}
