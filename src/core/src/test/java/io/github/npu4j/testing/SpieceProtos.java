package io.github.npu4j.testing;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Builds SentencePiece models byte by byte, sound ones and others. */
public final class SpieceProtos {

  public static final int NORMAL = 1;
  public static final int UNKNOWN = 2;
  public static final int CONTROL = 3;
  public static final int USER_DEFINED = 4;
  public static final int BYTE = 6;

  private final List<byte[]> pieces = new ArrayList<>();
  private int modelType = 1;
  private boolean byteFallback;
  private boolean dummyPrefix = true;
  private boolean removeExtraWhitespaces = true;
  private boolean escapeWhitespaces = true;
  private byte[] charsmap = new byte[0];

  interface Content {
    void into(CodedOutputStream out) throws IOException;
  }

  /** Starts with T5's three special pieces. */
  public static SpieceProtos t5() {
    return new SpieceProtos()
        .piece("<pad>", 0, CONTROL)
        .piece("</s>", 0, CONTROL)
        .piece("<unk>", 0, UNKNOWN);
  }

  public SpieceProtos piece(String text, float score) {
    return piece(text, score, NORMAL);
  }

  public SpieceProtos piece(String text, float score, int type) {
    pieces.add(
        bytes(out -> {
          out.writeString(1, text);
          out.writeFloat(2, score);
          out.writeEnum(3, type);
        }));
    return this;
  }

  public SpieceProtos allBytes() {
    for (int value = 0; value < 256; value++) {
      piece(String.format("<0x%02X>", value), 0, BYTE);
    }
    byteFallback = true;
    return this;
  }

  public SpieceProtos modelType(int type) {
    modelType = type;
    return this;
  }

  public SpieceProtos charsmap(byte[] map) {
    charsmap = map;
    return this;
  }

  public SpieceProtos whitespace(boolean dummy, boolean removeExtra, boolean escape) {
    dummyPrefix = dummy;
    removeExtraWhitespaces = removeExtra;
    escapeWhitespaces = escape;
    return this;
  }

  public byte[] build() {
    byte[] trainer =
        bytes(out -> {
          out.writeEnum(3, modelType);
          out.writeBool(35, byteFallback);
        });
    byte[] normalizer =
        bytes(out -> {
          out.writeString(1, "own");
          out.writeByteArray(2, charsmap);
          out.writeBool(3, dummyPrefix);
          out.writeBool(4, removeExtraWhitespaces);
          out.writeBool(5, escapeWhitespaces);
        });
    return bytes(out -> {
      for (byte[] piece : pieces) {
        out.writeByteArray(1, piece);
      }
      out.writeByteArray(2, trainer);
      out.writeByteArray(3, normalizer);
    });
  }

  private static byte[] bytes(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      content.into(out);
      out.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}
