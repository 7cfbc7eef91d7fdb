/** What objects that threads share have in common. Not exported. */
@NullMarked
package io.github.npu4j.internal.concurrent;

import org.jspecify.annotations.NullMarked;
