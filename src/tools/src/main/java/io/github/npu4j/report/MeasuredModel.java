package io.github.npu4j.report;

/**
 * The model that was measured.
 *
 * @param name as it was asked for
 * @param bytes the size of its files
 * @param sha256 a hash of their content; the same for the same model whatever its name
 */
public record MeasuredModel(String name, long bytes, String sha256) {}
