/**
 * A name becomes a model folder: the models that npu4j knows, where they come from, their hashes.
 */
@NullMarked
package io.github.npu4j.catalog;

import org.jspecify.annotations.NullMarked;
