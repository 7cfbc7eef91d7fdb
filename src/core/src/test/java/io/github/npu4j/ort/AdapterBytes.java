package io.github.npu4j.ort;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * An {@code .onnx_adapter} file of one parameter, written by hand: a FlatBuffer of the schema that
 * ONNX Runtime publishes for it (a table of three versions and a list of parameters, each a table
 * of name, dimensions, element type and raw bytes).
 */
final class AdapterBytes {

  private static final int FORMAT_VERSION = 1;
  private static final int FLOAT = 1;

  /** Where the parts are; a vector's elements of 8 bytes stand on a multiple of 8. */
  private static final int ADAPTER_VTABLE = 8;

  private static final int ADAPTER = 20;
  private static final int PARAMETERS = 40;
  private static final int PARAMETER_VTABLE = 48;
  private static final int PARAMETER = 60;
  private static final int NAME = 80;

  private AdapterBytes() {}

  /** Makes an adapter with floats of 1 x their number. */
  static byte[] of(String name, int version, float... values) {
    byte[] letters = name.getBytes(StandardCharsets.UTF_8);
    int dimensions = beforeAligned(NAME + Integer.BYTES + letters.length + 1);
    int data = beforeAligned(dimensions + Integer.BYTES + 2 * Long.BYTES);
    ByteBuffer file =
        ByteBuffer.allocate(data + Integer.BYTES + values.length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0, ADAPTER).put(4, "TORT".getBytes(StandardCharsets.US_ASCII));
    tableOfFour(file, ADAPTER_VTABLE, ADAPTER);
    file.putInt(ADAPTER + 4, FORMAT_VERSION).putInt(ADAPTER + 8, version);
    file.putInt(ADAPTER + 12, 1);
    refer(file, ADAPTER + 16, PARAMETERS);
    file.putInt(PARAMETERS, 1);
    refer(file, PARAMETERS + 4, PARAMETER);
    tableOfFour(file, PARAMETER_VTABLE, PARAMETER);
    refer(file, PARAMETER + 4, NAME);
    refer(file, PARAMETER + 8, dimensions);
    file.putInt(PARAMETER + 12, FLOAT);
    refer(file, PARAMETER + 16, data);
    file.putInt(NAME, letters.length).put(NAME + 4, letters);
    file.putInt(dimensions, 2).putLong(dimensions + 4, 1).putLong(dimensions + 12, values.length);
    file.putInt(data, values.length * Float.BYTES);
    for (int i = 0; i < values.length; i++) {
      file.putFloat(data + 4 + i * Float.BYTES, values[i]);
    }
    return file.array();
  }

  /** A table of four fields of 4 bytes: first the way back to its vtable. */
  private static void tableOfFour(ByteBuffer file, int vtable, int table) {
    file.putShort(vtable, (short) 12).putShort(vtable + 2, (short) 20);
    for (int field = 0; field < 4; field++) {
      file.putShort(vtable + 4 + 2 * field, (short) (4 + 4 * field));
    }
    file.putInt(table, table - vtable);
  }

  /** References are distances. */
  private static void refer(ByteBuffer file, int from, int to) {
    file.putInt(from, to - from);
  }

  /** Returns the next place for a length whose elements then are aligned. */
  private static int beforeAligned(int position) {
    return Math.ceilDiv(position + Integer.BYTES, Long.BYTES) * Long.BYTES - Integer.BYTES;
  }
}
