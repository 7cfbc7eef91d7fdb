/** What is kept of earlier work: in memory, and by the file that it was made of. */
@NullMarked
package io.github.npu4j.store.entries;

import org.jspecify.annotations.NullMarked;
