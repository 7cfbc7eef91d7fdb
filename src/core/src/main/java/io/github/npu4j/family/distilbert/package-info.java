/** DistilBERT: BERT with half the layers and no segments (Sanh et al. 2019). */
@NullMarked
package io.github.npu4j.family.distilbert;

import org.jspecify.annotations.NullMarked;
