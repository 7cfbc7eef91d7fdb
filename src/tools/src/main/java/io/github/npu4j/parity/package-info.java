/**
 * Parity: the same inputs through several engines, and how far their answers are apart.
 *
 * <p>A comparison counts only between different libraries, so each answer carries the hash of the
 * library that gave it.
 */
@NullMarked
package io.github.npu4j.parity;

import org.jspecify.annotations.NullMarked;
