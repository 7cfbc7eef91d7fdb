/** What Java's Flight Recorder is told of. Not exported to users. */
@NullMarked
package io.github.npu4j.internal.events;

import org.jspecify.annotations.NullMarked;
