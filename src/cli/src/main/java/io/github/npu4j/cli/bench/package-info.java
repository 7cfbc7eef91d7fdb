/** The commands that measure, and the tables of what they measured. */
@NullMarked
package io.github.npu4j.cli.bench;

import org.jspecify.annotations.NullMarked;
