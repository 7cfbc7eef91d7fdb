package io.github.npu4j.qnn;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.qnn.info.QnnVersion;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** System libraries of unknown version. */
class SystemTrialTest {

  @Test
  void knowsTheVersionsThatWereTried() {
    assertTrue(SystemTrial.isKnown(new QnnVersion(1, 12, 0)));
    assertTrue(SystemTrial.isKnown(new QnnVersion(1, 15, 3)));
    assertFalse(SystemTrial.isKnown(new QnnVersion(1, 13, 0)));
    assertFalse(SystemTrial.isKnown(new QnnVersion(2, 12, 0)));
  }

  @Test
  void theChildAnswersInItsOwnWordsForALibraryThatIsNotThere() {
    try (Arena arena = Arena.ofConfined()) {
      new SystemTrial(Path.of("no", "libQnnSystem.so"), new QnnVersion(9, 9, 9))
          .read(arena.allocate(64));
    }
  }

  @Test
  void aChildThatDiesIsSaidToHaveDied() {
    try (Arena arena = Arena.ofConfined()) {
      SystemTrial trial =
          new SystemTrial(Path.of("libQnnSystem.so"), new QnnVersion(9, 9, 9), Dying.class);
      RuntimeMissingException refused =
          assertThrows(RuntimeMissingException.class, () -> trial.read(arena.allocate(64)));
      assertTrue(refused.getMessage().contains("version 9.9.9"), refused.getMessage());
      assertTrue(refused.getMessage().contains("was ended by signal 11"), refused.getMessage());
    }
  }

  /** A child that ends as one does whose library called through the wrong slot. */
  static final class Dying {
    private Dying() {}

    public static void main(String[] arguments) {
      Runtime.getRuntime().halt(139);
    }
  }
}
