/**
 * Arithmetic over off-heap tensors: pooling, similarity, error figures and element conversion.
 *
 * <p>Plain loops over {@link java.lang.foreign.MemorySegment}s and arrays, shaped so that the
 * compiler can turn them into vector instructions; nothing here allocates, unless it says so, or
 * keeps state, and everything may be called from any number of threads.
 */
@NullMarked
package io.github.npu4j.numeric;

import org.jspecify.annotations.NullMarked;
