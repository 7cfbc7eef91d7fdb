package io.github.npu4j.compile;

import io.github.npu4j.family.t5.T5Buckets;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.StaticShapes;
import java.util.Map;
import java.util.OptionalLong;

/** Which part of a model an ONNX file is: how its buckets are made, and what they are called. */
public enum Part {
  /** All of it, with open shapes or with none; the bucket of 32 tokens is called {@code 32}. */
  WHOLE("") {
    @Override
    StaticShapes shapes(OnnxModel model, int tokens, Map<String, Long> dimensions) {
      return StaticShapes.of(model, OptionalLong.of(tokens), dimensions);
    }
  },
  /** The encoder of a T5, as {@code npu4j export} writes it; {@code encoder-32}. */
  ENCODER("encoder-"),
  /** A step of the decoder of a T5, as {@code npu4j export} writes it; {@code decoder-32}. */
  DECODER("decoder-");

  private final String prefix;

  Part(String prefix) {
    this.prefix = prefix;
  }

  /** Returns the name of the context binary of a bucket. */
  public String bucket(long tokens) {
    return prefix + tokens;
  }

  /** Makes a model's shapes those of a bucket. */
  StaticShapes shapes(OnnxModel model, int tokens, Map<String, Long> dimensions) {
    return T5Buckets.shapes(model, tokens);
  }
}
