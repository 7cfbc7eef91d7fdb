/**
 * How anything is kept on disk: the cache, files and folders that appear whole or not at all, locks
 * between processes, digests, JSON. Not exported to users.
 */
@NullMarked
package io.github.npu4j.store;

import org.jspecify.annotations.NullMarked;
