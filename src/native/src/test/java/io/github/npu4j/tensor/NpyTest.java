package io.github.npu4j.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {

  @TempDir Path folder;
  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void close() {
    arena.close();
  }

  /** Builds a file by hand, as the format's description has it. */
  private Path file(int version, String dictionary, byte[] data) throws IOException {
    byte[] header = dictionary.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(12 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) version).put((byte) 0);
    if (version == 1) {
      bytes.putShort((short) header.length);
    } else {
      bytes.putInt(header.length);
    }
    bytes.put(header).put(data);
    return Files.write(folder.resolve("x.npy"), Arrays.copyOf(bytes.array(), bytes.position()));
  }

  private String refusal(int version, String dictionary, byte[] data) throws IOException {
    Path file = file(version, dictionary, data);
    return assertThrows(BadInputException.class, () -> Npy.read(file, arena)).getMessage();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void readsEveryVersion(int version) throws IOException {
    Path file =
        file(
            version,
            "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }        \n",
            new byte[] {1, 0, 2, 0, 3, 0, 4, 0, 5, 0, -1, -1});
    Npy read = Npy.read(file, arena);
    assertEquals(ElementType.INT16, read.type());
    assertEquals(Shape.of(2, 3), read.shape());
    assertArrayEquals(new short[] {1, 2, 3, 4, 5, -1}, read.data().toArray(ValueLayout.JAVA_SHORT));
    assertEquals(0, read.data().address() % OffHeap.ALIGNMENT);
  }

  @Test
  void turnsBigEndianAndFortranOrder() throws IOException {
    // numpy.asfortranarray([[1, 2, 3], [4, 5, 6]]).astype('>i4')
    ByteBuffer columns = ByteBuffer.allocate(24);
    for (int value : new int[] {1, 4, 2, 5, 3, 6}) {
      columns.putInt(value);
    }
    Path file =
        file(1, "{'descr': '>i4', 'fortran_order': True, 'shape': (2, 3)}", columns.array());
    Npy read = Npy.read(file, arena);
    assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6}, read.data().toArray(ValueLayout.JAVA_INT));
  }

  @Test
  void turnsFortranOrderOfThreeAxes() throws IOException {
    byte[] data = new byte[24];
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 4; k++) {
          data[i + 2 * j + 6 * k] = (byte) (12 * i + 4 * j + k);
        }
      }
    }
    Path file = file(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2,3,4,)}", data);
    byte[] read = Npy.read(file, arena).data().toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < 24; i++) {
      assertEquals(i, read[i]);
    }
  }

  @Test
  void readsScalarsAndEmptyArrays() throws IOException {
    Npy scalar =
        Npy.read(file(1, "{'descr':'<f4','fortran_order':False,'shape':()}", new byte[4]), arena);
    assertEquals(0, scalar.shape().rank());
    Npy empty =
        Npy.read(
            file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 384)}", new byte[0]),
            arena);
    assertEquals(0, empty.data().byteSize());
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void givesBackWhatItWrote(ElementType type) {
    TensorSpec spec = new TensorSpec("x", type, Shape.of(3, 5));
    byte[] bytes = new byte[(int) spec.byteSize()];
    new Random(7).nextBytes(bytes);
    if (type == ElementType.BOOL) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= 1;
      }
    }
    MemorySegment data = OffHeap.allocate(arena, spec).copyFrom(MemorySegment.ofArray(bytes));
    Path file = folder.resolve("out.npy");
    new Npy(type, spec.shape(), data).write(file);
    assertArrayEquals(bytes, Npy.read(file, arena).dataFor(spec).toArray(ValueLayout.JAVA_BYTE));
    assertEquals(1, folder.toFile().list().length, "nothing may be left beside the file");
  }

  @Test
  void writesWhatNumPyWrites() throws IOException {
    MemorySegment floats = MemorySegment.ofArray(new float[] {1, 2, 3});
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Npy(ElementType.FLOAT32, Shape.of(3), floats).writeTo(Channels.newChannel(out));
    byte[] bytes = out.toByteArray();
    assertEquals(128 + 12, bytes.length);
    String header = new String(bytes, 10, 118, StandardCharsets.US_ASCII);
    assertEquals(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", header.stripTrailing());
    assertTrue(header.endsWith(" \n"));
    assertEquals(118, bytes[8]);
  }

  @Test
  void refusesObjectArraysAsThePicklesTheyAre() throws IOException {
    String message =
        refusal(1, "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", new byte[8]);
    assertTrue(message.contains("pickle"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "{'descr': '<U4', 'fortran_order': False, 'shape': (1,)}; no tensor type",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}; no tensor type",
        "{'descr': '', 'fortran_order': False, 'shape': (1,)}; no tensor type",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}; structured",
        "{'descr': '<f4', 'fortran_order': False}; missing",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}; True or False",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}; a size was expected",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}; a size",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}; larger",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4611686018427387904, 8)}; larger",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,)}; cut short",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}; two keys",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + exit(); follows",
        "{'descr': '<f4', 'evil': '<f4', 'fortran_order': False, 'shape': (1,)}; a key 'evil'",
        "__import__('os'); '{' was expected",
        "{'descr': '<f4; does not end",
        "{; a string was expected",
      })
  void refusesHostileHeaders(String dictionary, String why) throws IOException {
    String message = refusal(1, dictionary, new byte[4]);
    assertTrue(message.contains(why), message);
  }

  @Test
  void refusesTooManyDimensions() throws IOException {
    String shape = "1,".repeat(NpyHeader.MAXIMUM_RANK + 1);
    String message =
        refusal(1, "{'descr':'<f4','fortran_order':False,'shape':(" + shape + ")}", new byte[4]);
    assertTrue(message.contains("dimensions"), message);
  }

  @Test
  void refusesAHeaderLongerThanTheFile() throws IOException {
    byte[] bytes = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1, '{'};
    Path file = Files.write(folder.resolve("x.npy"), bytes);
    String message =
        assertThrows(BadInputException.class, () -> Npy.read(file, arena)).getMessage();
    assertTrue(message.contains("claims a length of 4294967295"), message);
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    Path file = file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}\n", new byte[8]);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThrows(BadInputException.class, () -> Npy.read(file, arena), "length " + length);
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    String message =
        assertThrows(BadInputException.class, () -> Npy.read(file, arena)).getMessage();
    assertTrue(message.contains("1 bytes after its array"), message);
  }

  @Test
  void survivesRandomDamage() throws IOException {
    Path file =
        file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}\n", new byte[16]);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(11);
    for (int round = 0; round < 2000; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i < 1 + round % 8; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Files.write(file, damaged);
      try {
        assertTrue(Npy.read(file, arena).data().byteSize() <= 16);
      } catch (BadInputException e) {
        assertTrue(e.getMessage().contains("can't read"), e.getMessage());
      }
    }
  }

  @Test
  void refusesNumbersAsBooleans() throws IOException {
    String message =
        refusal(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", new byte[] {1, 2});
    assertTrue(message.contains("element 1 is 2"), message);
  }

  @Test
  void refusesAMissingFileAndAFolder() {
    Path missing = folder.resolve("no.npy");
    assertTrue(
        assertThrows(BadInputException.class, () -> Npy.read(missing, arena))
            .getMessage()
            .contains("no such file"));
    assertThrows(BadInputException.class, () -> Npy.read(folder, arena));
  }

  @Test
  void comparesWithTheTensorItIsFor() {
    Npy npy = new Npy(ElementType.INT64, Shape.of(1, 4), arena.allocate(32));
    TensorSpec dynamic = new TensorSpec("ids", ElementType.INT64, Shape.of(1, Shape.DYNAMIC));
    assertEquals(32, npy.dataFor(dynamic).byteSize());
    TensorSpec longer = new TensorSpec("ids", ElementType.INT64, Shape.of(1, 5));
    assertThrows(BadInputException.class, () -> npy.dataFor(longer));
    TensorSpec ints = new TensorSpec("ids", ElementType.INT32, Shape.of(1, 4));
    String message = assertThrows(BadInputException.class, () -> npy.dataFor(ints)).getMessage();
    assertTrue(message.contains("astype") && message.contains("INT32"), message);
  }

  @Test
  void leavesTheOldFileWhenItCantWrite() throws IOException {
    Path file = folder.resolve("old.npy");
    Files.createDirectories(file.resolve("full"));
    Npy npy = new Npy(ElementType.UINT8, Shape.of(1), arena.allocate(1));
    assertThrows(BadInputException.class, () -> npy.write(file));
    assertEquals(1, folder.toFile().list().length);
  }

  @Test
  void refusesDataOfAnotherSize() {
    MemorySegment data = arena.allocate(3);
    assertThrows(
        IllegalArgumentException.class, () -> new Npy(ElementType.FLOAT32, Shape.of(1), data));
  }
}
