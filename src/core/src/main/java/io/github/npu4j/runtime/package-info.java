/**
 * Which native libraries there are, and from where.
 *
 * <p>{@link io.github.npu4j.runtime.NativeRuntime} looks for them and loads none. What it does not
 * find is a value with the reasons, not an error; only {@code require} turns it into one. {@link
 * io.github.npu4j.runtime.RuntimeInstaller} fetches the versions pinned in {@link
 * io.github.npu4j.runtime.libraries.RuntimeLock}.
 */
@NullMarked
package io.github.npu4j.runtime;

import org.jspecify.annotations.NullMarked;
