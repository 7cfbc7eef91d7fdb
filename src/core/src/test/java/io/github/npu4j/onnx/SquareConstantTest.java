package io.github.npu4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.npu4j.error.BadModelException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class SquareConstantTest {

  /** Two matrices of 3 by 3: 0 to 8, and 9 to 17. */
  private static TensorProto.Builder twoMatrices() {
    ByteBuffer bytes = ByteBuffer.allocate(18 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 18; i++) {
      bytes.putFloat(i);
    }
    return TensorProto.newBuilder()
        .setName("biases")
        .setDataType(TensorProto.DataType.FLOAT.getNumber())
        .addDims(1)
        .addDims(2)
        .addDims(3)
        .addDims(3)
        .setRawData(ByteString.copyFrom(bytes.flip()));
  }

  private static TensorProto corner(TensorProto.Builder tensor, long length)
      throws InvalidProtocolBufferException {
    ModelSource source = new ModelSource(MemorySegment.ofArray(tensor.build().toByteArray()));
    OnnxConstant whole = OnnxConstant.read(source.reader(), source);
    ProtoWriter corner = new ProtoWriter();
    SquareConstant.corner(whole, length).write(corner);
    byte[] copy = new byte[(int) corner.byteSize()];
    corner.copyInto(MemorySegment.ofArray(copy));
    return TensorProto.parseFrom(copy);
  }

  @Test
  void keepsTheUpperLeftOfEachMatrix() throws InvalidProtocolBufferException {
    TensorProto corner = corner(twoMatrices(), 2);
    assertEquals("biases", corner.getName());
    assertEquals("[1, 2, 2, 2]", corner.getDimsList().toString());
    float[] kept = new float[8];
    corner
        .getRawData()
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(kept);
    assertArrayEquals(new float[] {0, 1, 3, 4, 9, 10, 12, 13}, kept);
    assertEquals(twoMatrices().build(), corner(twoMatrices(), 3));
  }

  @Test
  void refusesWhatHasNoSuchCorner() {
    assertRefused("sizes [1, 2, 3, 3]", twoMatrices(), 4);
    assertRefused("sizes [1, 2, 3, 5]", twoMatrices().setDims(3, 5), 2);
    assertRefused("sizes [9]", twoMatrices().clearDims().addDims(9), 2);
    assertRefused("72 bytes", twoMatrices().setDims(2, 5).setDims(3, 5), 2);
    assertRefused("sizes [1, 2, 3, 3]", twoMatrices().clearRawData(), 2);
    assertRefused("ONNX type 7", twoMatrices().setDataType(7), 2);
    TensorProto.Builder deep = twoMatrices();
    for (int axis = 0; axis < 20; axis++) {
      deep.addDims(1);
    }
    assertRefused("more than 16 axes", deep, 1);
  }

  private static void assertRefused(String why, TensorProto.Builder tensor, long length) {
    BadModelException refused = assertThrows(BadModelException.class, () -> corner(tensor, length));
    assertTrue(refused.why().contains(why), refused.why());
  }

  @Test
  void refusesSizesThatOverflow() {
    TensorProto.Builder huge = twoMatrices().setDims(2, 1L << 40).setDims(3, 1L << 40);
    assertThrows(BadModelException.class, () -> corner(huge, 2));
    TensorProto.Builder negative = twoMatrices().setDims(2, -3).setDims(3, -3);
    assertThrows(BadModelException.class, () -> corner(negative, 2));
  }
}
