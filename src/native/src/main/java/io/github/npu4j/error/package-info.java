/**
 * The one tree of errors that npu4j throws.
 *
 * <p>Every exception says three things apart: what went wrong, why, and what to do about it. The
 * tree is sealed, so that a caller can switch over all kinds.
 */
@NullMarked
package io.github.npu4j.error;

import org.jspecify.annotations.NullMarked;
