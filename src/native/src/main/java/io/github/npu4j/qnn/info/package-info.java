/**
 * What a context binary and a pair of QNN libraries say of themselves, as immutable values without
 * native memory.
 */
@NullMarked
package io.github.npu4j.qnn.info;

import org.jspecify.annotations.NullMarked;
