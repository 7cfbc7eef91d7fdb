/** Java's permission to call native code, and memory held while native code uses it. */
@NullMarked
package io.github.npu4j.internal.access;

import org.jspecify.annotations.NullMarked;
