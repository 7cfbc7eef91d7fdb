/** Reading protobuf messages that nobody vouches for. */
@NullMarked
package io.github.npu4j.internal.proto;

import org.jspecify.annotations.NullMarked;
