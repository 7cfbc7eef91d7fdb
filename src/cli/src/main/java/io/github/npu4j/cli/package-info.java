/** The command {@code npu4j}: one class a subcommand, results on stdout, all else on stderr. */
@NullMarked
package io.github.npu4j.cli;

import org.jspecify.annotations.NullMarked;
