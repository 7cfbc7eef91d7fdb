/**
 * What stands nearest to QNN's C API: the function tables, the readers and writers of its
 * structures, its codes and its log.
 *
 * <p>Not exported; {@code qnn} builds on it.
 */
@NullMarked
package io.github.npu4j.qnn.abi;

import org.jspecify.annotations.NullMarked;
