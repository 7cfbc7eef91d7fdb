/**
 * What the rest of npu4j sees of a model family: how its checkpoint becomes a model folder, which
 * graphs of it are compiled for HTP, what these take and give, and what they are compared on.
 *
 * <p>Each family stands in a package of its own below this one, and {@code family.registry} lists
 * them: a new family touches its package, the list and its tests.
 */
@NullMarked
package io.github.npu4j.family;

import org.jspecify.annotations.NullMarked;
