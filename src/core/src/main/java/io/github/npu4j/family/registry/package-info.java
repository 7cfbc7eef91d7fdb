/** The model families that npu4j knows, and what is asked of all of them. */
@NullMarked
package io.github.npu4j.family.registry;

import org.jspecify.annotations.NullMarked;
