/**
 * What is known of native libraries before one is opened: which wheels are pinned, which libraries
 * this process has loaded already, which C library it runs on. A room of npu4j's own, not exported
 * to users.
 */
@NullMarked
package io.github.npu4j.runtime.libraries;

import org.jspecify.annotations.NullMarked;
