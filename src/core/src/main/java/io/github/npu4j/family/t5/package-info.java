/** T5 and its kin: from the checkpoint folder to graphs for the CPU and static ones for HTP. */
@NullMarked
package io.github.npu4j.family.t5;

import org.jspecify.annotations.NullMarked;
