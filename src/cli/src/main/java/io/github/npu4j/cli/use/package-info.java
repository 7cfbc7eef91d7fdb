/** The commands that use a model: embed, generate, run, test, tokens, describe, and the demo. */
@NullMarked
package io.github.npu4j.cli.use;

import org.jspecify.annotations.NullMarked;
