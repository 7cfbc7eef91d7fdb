/**
 * Values for the inputs of a graph, drawn or given: what two ways to run a graph are compared on,
 * measured with, and what a quantizer watches a model with. A room of npu4j's own, not exported to
 * users.
 */
@NullMarked
package io.github.npu4j.engine.feed;

import org.jspecify.annotations.NullMarked;
