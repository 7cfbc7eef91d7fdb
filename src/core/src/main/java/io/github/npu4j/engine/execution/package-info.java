/**
 * What the engines have in common: how a model and its bindings live and end, the order of run,
 * cancel and close, and the search for an execution path that works.
 *
 * <p>Not exported. It knows no engine; the engines build on it.
 */
@NullMarked
package io.github.npu4j.engine.execution;

import org.jspecify.annotations.NullMarked;
