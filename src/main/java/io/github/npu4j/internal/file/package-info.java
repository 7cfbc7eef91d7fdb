/** What rooms that keep files have in common. Not exported. */
@NullMarked
package io.github.npu4j.internal.file;

import org.jspecify.annotations.NullMarked;
