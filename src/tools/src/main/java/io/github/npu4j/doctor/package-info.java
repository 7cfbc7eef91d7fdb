/**
 * What this machine lacks, and whether a file will load on it.
 *
 * <p>Probing and judging are apart: {@link io.github.npu4j.doctor.Machine} holds the facts, {@link
 * io.github.npu4j.doctor.Doctor} turns it into findings and touches nothing.
 */
@NullMarked
package io.github.npu4j.doctor;

import org.jspecify.annotations.NullMarked;
