/**
 * Opening models: {@link io.github.npu4j.engine.open.Models#open} tries the ways to run a model,
 * best first, and returns the first that works.
 *
 * <p>This package stands above the engines ({@code direct}, {@code ort}, {@code javaort}) and is
 * the only one that knows all of them.
 */
@NullMarked
package io.github.npu4j.engine.open;

import org.jspecify.annotations.NullMarked;
