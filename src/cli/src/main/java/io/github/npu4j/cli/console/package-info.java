/** Where a command's results, notices, progress and errors go, and its exit codes. */
@NullMarked
package io.github.npu4j.cli.console;

import org.jspecify.annotations.NullMarked;
