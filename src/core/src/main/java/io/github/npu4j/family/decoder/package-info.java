/**
 * The contract of encoders and decoders with static graphs: the names and shapes of what they take
 * and give, and one step by them. Export writes it, decoding and parity keep to it.
 */
@NullMarked
package io.github.npu4j.family.decoder;

import org.jspecify.annotations.NullMarked;
