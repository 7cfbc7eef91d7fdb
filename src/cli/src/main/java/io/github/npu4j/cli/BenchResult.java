package io.github.npu4j.cli;

import io.github.npu4j.report.DeviceResult;
import java.util.List;

/**
 * What a benchmark measured.
 *
 * @param rounds how many rounds there were
 * @param devices in the order of the plan
 */
record BenchResult(int rounds, List<DeviceResult> devices) {}
