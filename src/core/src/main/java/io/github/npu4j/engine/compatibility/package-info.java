/**
 * Which SoCs there are, and whether a context binary fits one: judged from what the file says of
 * itself, without any native call.
 */
@NullMarked
package io.github.npu4j.engine.compatibility;

import org.jspecify.annotations.NullMarked;
