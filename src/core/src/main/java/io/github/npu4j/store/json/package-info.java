/** The one place where JSON parsers and generators are made. Not exported to users. */
@NullMarked
package io.github.npu4j.store.json;

import org.jspecify.annotations.NullMarked;
