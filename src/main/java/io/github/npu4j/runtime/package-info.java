/** Which native libraries there are, and from where. */
@NullMarked
package io.github.npu4j.runtime;

import org.jspecify.annotations.NullMarked;
