/** Files that are broken, foreign, or not what their name says, against every reader. */
@NullMarked
package io.github.npu4j.hostile;

import org.jspecify.annotations.NullMarked;
