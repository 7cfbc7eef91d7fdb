/**
 * The commands that make a model for a device and check it: export, compile, adopt, parity and on.
 */
@NullMarked
package io.github.npu4j.cli.ship;

import org.jspecify.annotations.NullMarked;
