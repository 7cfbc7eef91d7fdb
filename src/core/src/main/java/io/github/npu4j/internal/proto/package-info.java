/** Reading protobuf messages that are not trusted. */
@NullMarked
package io.github.npu4j.internal.proto;

import org.jspecify.annotations.NullMarked;
