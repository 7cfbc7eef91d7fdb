/** Loads that may end the process, tried in a child process first. Not exported to users. */
@NullMarked
package io.github.npu4j.internal.trial;

import org.jspecify.annotations.NullMarked;
