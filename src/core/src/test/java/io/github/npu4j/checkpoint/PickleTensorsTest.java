package io.github.npu4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PickleTensorsTest {

  private static final byte[] SIX_FLOATS =
      ByteBuffer.allocate(24)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putFloat(0)
          .putFloat(1)
          .putFloat(2)
          .putFloat(3)
          .putFloat(4)
          .putFloat(5)
          .array();

  @TempDir private Path folder;

  @Test
  void readsViewsOfAStorage() throws IOException {
    Path file =
        checkpoint(
            pickle()
                .text("w")
                .tensor("FloatStorage", "0", 6, 2, new int[] {2, 2}, new int[] {2, 1})
                .text("v")
                .tensor("FloatStorage", "0", 6, 0, new int[] {6}, new int[] {1})
                .end(),
            SIX_FLOATS);
    try (TensorSource weights = Checkpoint.open(folder)) {
      assertEquals(Set.of("v", "w"), weights.names());
      assertEquals(new TensorSpec("w", ElementType.FLOAT32, Shape.of(2, 2)), weights.spec("w"));
      assertArrayEquals(
          new float[] {2, 3, 4, 5}, weights.data("w").toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
      assertTrue(weights.data("v").isReadOnly());
    }
    assertTrue(Files.exists(file));
  }

  @Test
  void whatTensorsDoNotNeedIsNamedAndNotExecuted() throws IOException {
    Path proof = folder.resolve("executed");
    assertRefused(
        new Pickle()
            .raw("\u0080\u0002cos\nsystem\n")
            .text("touch " + proof)
            .raw("\u0085R.")
            .bytes(),
        "import os.system");
    assertRefused(
        new Pickle().raw("\u0080\u0004").text("builtins").text("eval").raw("\u0093.").bytes(),
        "import builtins.eval");
    assertRefused(
        pickle().text("w").raw("ctorch._utils\n_rebuild_device_tensor_from_numpy\n").bytes(),
        "import torch._utils._rebuild_device_tensor_from_numpy");
    assertRefused(new Pickle().raw("\u0080\u0002i__builtin__\nprint\n.").bytes(), "opcode 0x69");
    assertRefused(new Pickle().raw("\u0080\u0002}\u0081.").bytes(), "opcode 0x81");
    assertTrue(Files.notExists(proof));
  }

  @Test
  void viewsAreHeldAgainstTheirStorage() throws IOException {
    assertRefused(one("FloatStorage", 6, 4, new int[] {3}, new int[] {1}), "beyond its storage");
    assertRefused(one("FloatStorage", 7, 0, new int[] {7}, new int[] {1}), "not there whole");
    assertRefused(
        one("FloatStorage", 6, 0, new int[] {2, 3}, new int[] {1, 2}), "not stored row by row");
    assertRefused(one("QuantumStorage", 6, 0, new int[] {6}, new int[] {1}), "QuantumStorage");
    assertRefused(
        one("FloatStorage", 6, 0, new int[] {2, 1 << 30, 1 << 30, 1}, new int[] {0, 1 << 30, 1, 1}),
        "not stored row by row");
    assertRefused(
        one("FloatStorage", 6, 0, new int[] {1, 1 << 30, 1 << 30, 8}, new int[] {0, 0, 8, 1}),
        "not stored row by row");
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    Path file = Files.write(folder.resolve("pytorch_model.bin"), new byte[] {(byte) 0x80, 2, 'l'});
    BadModelException legacy =
        assertThrows(BadModelException.class, () -> PickleTensors.open(file));
    assertTrue(legacy.why().contains("not a zip"), legacy.why());
    Files.write(file, new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0});
    assertThrows(BadModelException.class, () -> PickleTensors.open(file));
  }

  /** As torch.save and save_pretrained write a checkpoint that is larger than a shard. */
  @Test
  void shardsAreReadByTheirIndex() throws IOException {
    for (String part : new String[] {"1", "2"}) {
      Files.move(
          checkpoint(
              pickle()
                  .text("w" + part)
                  .tensor("FloatStorage", "0", 6, 0, new int[] {6}, new int[] {1})
                  .end(),
              SIX_FLOATS),
          folder.resolve("pytorch_model-0000" + part + "-of-00002.bin"));
    }
    Files.writeString(
        folder.resolve("pytorch_model.bin.index.json"),
        "{\"metadata\":{\"total_size\":48},\"weight_map\":{"
            + "\"w1\":\"pytorch_model-00001-of-00002.bin\","
            + "\"w2\":\"pytorch_model-00002-of-00002.bin\"}}");
    try (TensorSource weights = Checkpoint.open(folder)) {
      assertEquals(Set.of("w1", "w2"), weights.names());
      assertEquals(5, weights.data("w2").getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, 5));
    }
  }

  /** PyTorch compresses nothing, so a pickle is never larger than its file. */
  @Test
  @Timeout(20)
  void aCompressedPickleIsRefusedUnread() throws IOException {
    Path file = folder.resolve("pytorch_model.bin");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("pytorch_model/data.pkl"));
      byte[] lists = "]".repeat(1 << 20).getBytes(StandardCharsets.ISO_8859_1);
      for (int i = 0; i < 60; i++) {
        zip.write(lists);
      }
      zip.closeEntry();
    }
    BadModelException refused =
        assertThrows(BadModelException.class, () -> PickleTensors.open(file));
    assertTrue(refused.why().contains("compressed"), refused.why());
  }

  @Test
  @Timeout(20)
  void whatAPickleMakesIsBounded() throws IOException {
    String begin = "\u0080\u0002]";
    assertRefused(
        new Pickle().raw(begin + "}a".repeat(3 << 20) + ".").bytes(),
        "more than a checkpoint needs");
    // One tuple of a million items, used again and again.
    String million = begin + "(" + "K\u0001".repeat(1_000_000) + "tq\u0000";
    assertRefused(
        new Pickle().raw(million + "(h\u0000K\u0001t0".repeat(1 << 21) + ".").bytes(),
        "more than a checkpoint needs");
    assertRefused(
        new Pickle()
            .raw(million + "0")
            .text("w")
            .raw("ctorch._utils\n_rebuild_tensor_v2\n((")
            .text("storage")
            .raw("ctorch\nFloatStorage\n")
            .text("0")
            .text("cpu")
            .raw("K\u0006tQK\u0000h\u0000h\u0000tR.")
            .bytes(),
        "has 1000000 dimensions");
  }

  @Test
  void messagesStayShort() throws IOException {
    String endless = "a".repeat(1 << 20);
    byte[][] pickles = {
      new Pickle().raw("\u0080\u0002c" + endless + "\n" + endless + "\n.").bytes(),
      new Pickle().raw("\u0080\u0002c" + endless.substring(0, 900) + "\nx\n.").bytes(),
      pickle().text(endless).raw("K\u0001").end(),
      pickle().text(endless).tensor("FloatStorage", "0", 6, 0, new int[] {6}, new int[] {1}).end(),
    };
    for (byte[] pickle : pickles) {
      Path file = checkpoint(pickle, SIX_FLOATS);
      BadModelException refused =
          assertThrows(BadModelException.class, () -> PickleTensors.open(file));
      assertTrue(refused.getMessage().length() < 400, refused.getMessage());
    }
  }

  /** A zip's directory may say anything: 8 GiB of 16 bytes here. */
  @Test
  void aStorageLargerThanItsFileIsRefused() throws IOException {
    byte[] pickle =
        pickle()
            .text("w")
            .raw("ctorch._utils\n_rebuild_tensor_v2\n((")
            .text("storage")
            .raw("ctorch\nFloatStorage\n")
            .text("0")
            .text("cpu")
            .raw("\u008a\u0005\u0000\u0000\u0000\u0080\u0000tQK\u0000\u008a\u0005")
            .raw("\u0000\u0000\u0000\u0080\u0000\u0085K\u0001\u0085tR")
            .end();
    Path file = checkpoint(pickle, SIX_FLOATS);
    BadModelException refused =
        assertThrows(BadModelException.class, () -> PickleTensors.open(file));
    assertTrue(refused.why().contains("not there whole"), refused.why());
  }

  @Test
  void truncatedAndDamagedPicklesEndInWords() throws IOException {
    byte[] whole = one("FloatStorage", 6, 0, new int[] {6}, new int[] {1});
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(BadModelException.class, () -> Unpickler.tensors(cut, "cut"), "at " + length);
    }
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      try (PickleTensors weights = PickleTensors.open(checkpoint(damaged, SIX_FLOATS))) {
        weights.names().forEach(name -> weights.data(name).toArray(ValueLayout.JAVA_BYTE));
      } catch (BadModelException expected) {
        assertTrue(expected.getMessage().contains("pytorch_model.bin"), expected.getMessage());
      }
    }
  }

  private void assertRefused(byte[] pickle, String why) throws IOException {
    Path file = checkpoint(pickle, SIX_FLOATS);
    BadModelException refused =
        assertThrows(BadModelException.class, () -> PickleTensors.open(file));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  private static byte[] one(String storage, int elements, int offset, int[] sizes, int[] strides) {
    return pickle().text("w").tensor(storage, "0", elements, offset, sizes, strides).end();
  }

  private Path checkpoint(byte[] pickle, byte[] storage) throws IOException {
    return Files.write(folder.resolve("pytorch_model.bin"), archive(pickle, storage));
  }

  private static byte[] archive(byte[] pickle, byte[] storage) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      store(zip, "pytorch_model/data.pkl", pickle);
      store(zip, "pytorch_model/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
      store(zip, "pytorch_model/data/0", storage);
    }
    return out.toByteArray();
  }

  /** Returns a checkpoint of six floats with any pickle. */
  static byte[] archive(byte[] pickle) {
    try {
      return archive(pickle, SIX_FLOATS);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // memory is written
    }
  }

  /** Returns a good pickle of two views of six floats. */
  static byte[] seed() {
    return pickle()
        .text("w")
        .tensor("FloatStorage", "0", 6, 2, new int[] {2, 2}, new int[] {2, 1})
        .text("v")
        .tensor("FloatStorage", "0", 6, 0, new int[] {6}, new int[] {1})
        .end();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static Pickle pickle() {
    return new Pickle().raw("\u0080\u0002}q\u0000(");
  }

  /** Writes the opcodes that torch.save writes. */
  private static final class Pickle {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickle raw(String opcodes) {
      out.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    Pickle text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      raw("X");
      number(utf8.length);
      out.writeBytes(utf8);
      return this;
    }

    Pickle tensor(
        String storage, String key, int elements, int offset, int[] sizes, int[] strides) {
      raw("ctorch._utils\n_rebuild_tensor_v2\n((");
      text("storage").raw("ctorch\n" + storage + "\n").text(key).text("cpu").integer(elements);
      raw("tQ").integer(offset).tuple(sizes).tuple(strides);
      return raw("\u0089ccollections\nOrderedDict\n)RtR");
    }

    byte[] end() {
      return raw("u.").bytes();
    }

    byte[] bytes() {
      return out.toByteArray();
    }

    private Pickle tuple(int[] values) {
      raw("(");
      for (int value : values) {
        integer(value);
      }
      return raw("t");
    }

    private Pickle integer(int value) {
      raw("J");
      number(value);
      return this;
    }

    private void number(int value) {
      out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }
  }
}
