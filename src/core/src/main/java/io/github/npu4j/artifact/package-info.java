/**
 * What a model is on disk, and the proof that it is whole.
 *
 * <p>A {@link io.github.npu4j.artifact.ModelFolder} holds the ONNX model, the tokenizer and one
 * context binary a SoC and sequence length; a {@link io.github.npu4j.artifact.Manifest} beside each
 * context binary tells what it is and lets {@link io.github.npu4j.store.Digest} find any changed
 * byte before native code sees it. The {@link io.github.npu4j.store.Cache} is where npu4j keeps
 * what it fetched or compiled. Nothing here loads a native library.
 */
@NullMarked
package io.github.npu4j.artifact;

import org.jspecify.annotations.NullMarked;
