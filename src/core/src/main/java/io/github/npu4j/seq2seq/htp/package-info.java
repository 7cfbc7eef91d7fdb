/**
 * Decoding by static graphs compiled for HTP: fixed lengths, one row a graph, keys and values
 * written into place.
 */
@NullMarked
package io.github.npu4j.seq2seq.htp;

import org.jspecify.annotations.NullMarked;
