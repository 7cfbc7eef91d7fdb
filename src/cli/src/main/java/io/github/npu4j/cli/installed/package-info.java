/** The commands for what lies in the cache: models, runtimes, and what was made of them. */
@NullMarked
package io.github.npu4j.cli.installed;

import org.jspecify.annotations.NullMarked;
