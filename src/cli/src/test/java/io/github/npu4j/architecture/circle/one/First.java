package io.github.npu4j.architecture.circle.one;

import io.github.npu4j.architecture.circle.two.Second;

/** One half of a circle of packages, for the test that the rule against them bites. */
public record First(Second other) {}
