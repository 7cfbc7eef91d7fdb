package io.github.npu4j.onnx;

/** What a model is made of and has a message of its own in the file. */
abstract class ModelPart {

  /** Writes the fields of the message in the order of their numbers. */
  abstract void write(ProtoWriter target);
}
