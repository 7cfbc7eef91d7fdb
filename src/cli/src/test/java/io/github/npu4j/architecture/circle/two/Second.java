package io.github.npu4j.architecture.circle.two;

import io.github.npu4j.architecture.circle.one.First;
import java.util.List;

/** The other half of a circle of packages. */
public record Second(List<First> others) {}
