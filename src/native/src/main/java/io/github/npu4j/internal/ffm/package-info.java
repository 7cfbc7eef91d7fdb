/**
 * The few things that every room with a native API needs: finding symbols, calling them, strings,
 * and arenas.
 *
 * <p>Arena policy, said once. What belongs to the process (libraries, upcall stubs, the ORT
 * environment) lives in {@link java.lang.foreign.Arena#global()} and is never unloaded. What
 * belongs to an owner (a session, a context, its tensors) lives in one shared arena that the
 * owner's {@code close()} closes. Scratch memory of one call is confined, named {@code scratch},
 * and closed by try-with-resources; on a hot path it is allocated once and kept by its owner.
 * Helpers take a {@link java.lang.foreign.SegmentAllocator} from the caller and never choose an
 * arena themselves.
 */
@NullMarked
package io.github.npu4j.internal.ffm;

import org.jspecify.annotations.NullMarked;
