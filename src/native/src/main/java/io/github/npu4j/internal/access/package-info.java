/** Java's permission to call native code. Not exported. */
@NullMarked
package io.github.npu4j.internal.access;

import org.jspecify.annotations.NullMarked;
