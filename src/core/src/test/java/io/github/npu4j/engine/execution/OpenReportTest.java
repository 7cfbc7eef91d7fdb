package io.github.npu4j.engine.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.PassedOver;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.execution.PlacementSearch.Candidate;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.runtime.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One line for each model that is opened, and an interruption told as such. */
class OpenReportTest {

  private static final Placement CPU =
      new Placement(Device.CPU, EngineKind.ORT, "ONNX Runtime 1", List.of());

  private static final Placement NOT_NPU =
      CPU.withPassedOver(
          List.of(new PassedOver(Device.NPU, EngineKind.DIRECT, "there is no NPU here")));

  private final Logger logger = Logger.getLogger(OpenReport.LOGGER_NAME);
  private final List<LogRecord> records = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
  }

  @AfterEach
  void leave() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
    logger.setLevel(null);
    var _ = Thread.interrupted();
  }

  private String line(Level level, Device requested, Placement placement) {
    records.clear();
    assertEquals(placement, OpenReport.open("minilm", requested, () -> placement, p -> p));
    assertEquals(1, records.size());
    assertEquals(level, records.getFirst().getLevel());
    return records.getFirst().getMessage();
  }

  @Test
  void logsOneLineForEachModel() {
    String line = line(Level.INFO, Device.CPU, CPU);
    assertTrue(
        line.matches("minilm was opened in \\d+ ms and runs on cpu by ort \\(ONNX Runtime 1\\)"),
        line);
    assertEquals(1, line.lines().count());
  }

  @Test
  void warnsOnlyWhereAutoPassedOverTheNpu() {
    String line = line(Level.WARNING, Device.AUTO, NOT_NPU);
    assertTrue(line.endsWith("; passed over npu (direct): there is no NPU here"), line);
    line(Level.INFO, Device.CPU, NOT_NPU);
    line(
        Level.INFO,
        Device.AUTO,
        new Placement(Device.NPU, EngineKind.ORT, "", NOT_NPU.passedOver()));
    line(Level.INFO, Device.AUTO, CPU);
  }

  @Test
  void aLoggerCanSilenceIt() {
    logger.setLevel(Level.OFF);
    OpenReport.open("minilm", Device.AUTO, () -> NOT_NPU, p -> p);
    assertEquals(List.of(), records);
  }

  @Test
  void opensNothingOnAnInterruptedThread() {
    Thread.currentThread().interrupt();
    RunAbortedException told =
        assertThrows(
            RunAbortedException.class,
            () -> OpenReport.open("minilm", Device.AUTO, () -> CPU, p -> p));
    assertEquals("opening minilm was interrupted", told.what());
    assertTrue(Thread.interrupted(), "the interrupt is still there");
    assertEquals(List.of(), records);
  }

  @Test
  void aFailureOfAnInterruptedThreadIsTheInterruption() {
    BadModelException unreadable = new BadModelException("can't read it", "", "");
    RunAbortedException told =
        assertThrows(
            RunAbortedException.class,
            () ->
                OpenReport.open(
                    "minilm",
                    Device.AUTO,
                    () -> {
                      Thread.currentThread().interrupt();
                      throw unreadable;
                    },
                    (Placement p) -> p));
    assertEquals(unreadable, told.getCause());
  }

  @Test
  void anInterruptionIsNoReasonAgainstADevice() {
    List<Device> tried = new ArrayList<>();
    Function<Device, Candidate<Device>> candidate =
        device ->
            new Candidate<>(
                device,
                EngineKind.ORT,
                _ -> {
                  tried.add(device);
                  Thread.currentThread().interrupt();
                  throw new BadModelException("can't read it", "", "");
                });
    NpuException told =
        assertThrows(
            NpuException.class,
            () ->
                PlacementSearch.firstThatWorks(
                    "minilm", List.of(candidate.apply(Device.NPU), candidate.apply(Device.CPU))));
    assertInstanceOf(RunAbortedException.class, told);
    assertEquals(List.of(Device.NPU), tried);
  }
}
