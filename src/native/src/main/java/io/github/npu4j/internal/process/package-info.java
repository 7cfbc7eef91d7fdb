/**
 * What a program shares with its system: the user's own programs, such as pip and Maven, whose
 * mirrors and proxies we don't know, and the standard output.
 */
@NullMarked
package io.github.npu4j.internal.process;

import org.jspecify.annotations.NullMarked;
