package io.github.npu4j.qnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.NativeCallException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Power votes, over the stand-in: no emulator has power to vote for. */
@Timeout(60)
class HtpPowerTest {

  private static final StandInBackend.PowerVote FULL =
      new StandInBackend.PowerVote(16, 160, 100, 9999);
  private static final StandInBackend.PowerVote NONE = new StandInBackend.PowerVote(4, 32, 0, 0);

  private final StandInBackend standIn = new StandInBackend();

  @Test
  void votesForTheFirstRunAndTakesItBackWhenIdle() {
    PowerOptions options = new PowerOptions(100, 9999, Duration.ofMillis(40));
    try (Qnn qnn = standIn.open();
        HtpPower power = HtpPower.open(qnn, options)) {
      assertEquals(List.of(), standIn.votes());
      for (int i = 0; i < 100; i++) {
        power.begin();
        power.end();
      }
      assertEquals(FULL, standIn.votes().getFirst());
      await(() -> standIn.votes().size() == 2);
      assertEquals(List.of(FULL, NONE), standIn.votes());
      assertFalse(power.isVoted());
      power.begin();
      assertEquals(List.of(FULL, NONE, FULL), standIn.votes());
      power.end();
    }
    assertEquals(NONE, standIn.votes().getLast());
    assertEquals(Set.of(), standIn.live("power"));
  }

  @Test
  void keepsTheVoteWhileARunTakesLongerThanTheIdleTime() throws Exception {
    try (Qnn qnn = standIn.open();
        HtpPower power = HtpPower.open(qnn, new PowerOptions(0, 0, Duration.ofMillis(5)))) {
      power.begin();
      Thread.sleep(60);
      assertTrue(power.isVoted());
      assertEquals(List.of(new StandInBackend.PowerVote(16, 160, -1, -1)), standIn.votes());
      power.end();
      await(() -> !power.isVoted());
    }
    assertEquals(2, standIn.votes().size(), "closing does not take back what was taken back");
  }

  @Test
  void aRefusedVoteDoesNotStopTheRun() {
    standIn.fail("setPowerConfig", 13003);
    try (Qnn qnn = standIn.open();
        HtpPower power = HtpPower.open(qnn, PowerOptions.defaults())) {
      for (int i = 0; i < 10; i++) {
        power.begin();
        assertFalse(power.isVoted());
        power.end();
      }
      assertEquals(1, standIn.calls("setPowerConfig"), "a refused vote is not repeated at once");
    }
    assertEquals(Set.of(), standIn.live("power"));
  }

  @Test
  void saysWhenThereIsNoPowerToVoteFor() {
    try (Qnn qnn = standIn.open()) {
      standIn.failOnce("deviceGetInfrastructure", 1000);
      NativeCallException none =
          assertThrows(
              NativeCallException.class, () -> HtpPower.open(qnn, PowerOptions.defaults()));
      assertEquals("QnnDevice_getInfrastructure", none.function());
      standIn.failOnce("createPowerConfigId", 13001);
      none =
          assertThrows(
              NativeCallException.class, () -> HtpPower.open(qnn, PowerOptions.defaults()));
      assertEquals("QNN_HTP_PERF_INFRASTRUCTURE_ERROR_INVALID_INPUT", none.codeName());
    }
  }

  @Test
  void checksItsOptions() {
    assertThrows(IllegalArgumentException.class, () -> new PowerOptions(0, 10_000, Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> new PowerOptions(-1, 0, Duration.ZERO));
    assertThrows(
        IllegalArgumentException.class, () -> new PowerOptions(0, 0, Duration.ofMillis(-1)));
  }

  private static void await(BooleanSupplier reached) {
    while (!reached.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }
}
