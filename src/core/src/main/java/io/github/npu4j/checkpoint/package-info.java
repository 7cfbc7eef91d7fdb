/**
 * The weights that a training framework saved, read without executing anything: safetensors, also
 * sharded, and pickled files.
 */
@NullMarked
package io.github.npu4j.checkpoint;

import org.jspecify.annotations.NullMarked;
