/**
 * What a program needs to run transformers on the Hexagon NPU of a Snapdragon X, or on the CPU.
 *
 * <p>{@code text} embeds, {@code seq2seq} answers; {@code engine} runs any model on tensors.
 */
module io.github.npu4j {
  requires transitive io.github.npu4j.bindings;
  requires static transitive org.jspecify;
  requires static jdk.jfr;
  requires static ai.djl.api;
  requires static ai.djl.tokenizers;
  requires com.fasterxml.jackson.core;
  requires com.github.benmanes.caffeine;
  requires com.microsoft.onnxruntime;

  exports io.github.npu4j.artifact;
  exports io.github.npu4j.catalog;
  exports io.github.npu4j.engine;
  exports io.github.npu4j.engine.open;
  exports io.github.npu4j.numeric;
  exports io.github.npu4j.runtime;
  exports io.github.npu4j.seq2seq;
  exports io.github.npu4j.seq2seq.constraint;
  exports io.github.npu4j.seq2seq.generation;
  exports io.github.npu4j.store;
  exports io.github.npu4j.text;
  exports io.github.npu4j.tokenizer;
  exports io.github.npu4j.tokenizer.trie;
  exports io.github.npu4j.engine.compatibility to
      io.github.npu4j.tools;
  exports io.github.npu4j.engine.feed to
      io.github.npu4j.tools;
  exports io.github.npu4j.runtime.libraries to
      io.github.npu4j.tools,
      io.github.npu4j.cli;
  exports io.github.npu4j.checkpoint to
      io.github.npu4j.tools,
      io.github.npu4j.cli;
  exports io.github.npu4j.family to
      io.github.npu4j.tools,
      io.github.npu4j.cli;
  exports io.github.npu4j.family.registry to
      io.github.npu4j.tools,
      io.github.npu4j.cli;
  exports io.github.npu4j.internal.trial to
      io.github.npu4j.tools,
      io.github.npu4j.cli;
  exports io.github.npu4j.onnx to
      io.github.npu4j.tools,
      io.github.npu4j.cli;
  exports io.github.npu4j.onnx.use to
      io.github.npu4j.tools;
  exports io.github.npu4j.onnx.epcontext to
      io.github.npu4j.tools,
      io.github.npu4j.cli;
  exports io.github.npu4j.store.json to
      io.github.npu4j.tools,
      io.github.npu4j.cli;
  exports io.github.npu4j.store.entries to
      io.github.npu4j.tools,
      io.github.npu4j.cli;
  exports io.github.npu4j.store.files to
      io.github.npu4j.tools,
      io.github.npu4j.cli;
}
