/** The options that several commands have. */
@NullMarked
package io.github.npu4j.cli.options;

import org.jspecify.annotations.NullMarked;
