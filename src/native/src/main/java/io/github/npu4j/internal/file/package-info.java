/** Files that appear whole or not at all. Not exported to users. */
@NullMarked
package io.github.npu4j.internal.file;

import org.jspecify.annotations.NullMarked;
