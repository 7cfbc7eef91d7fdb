/** What is needed of files: their memory and state, locks between processes, whole trees. */
@NullMarked
package io.github.npu4j.store.files;

import org.jspecify.annotations.NullMarked;
