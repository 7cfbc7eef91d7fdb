package io.github.npu4j.qnn;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.internal.qnnabi.QnnProfile_EventData_t;
import io.github.npu4j.internal.qnnabi.QnnProfile_ExtendedEventDataV1_t;
import io.github.npu4j.internal.qnnabi.QnnProfile_ExtendedEventData_t;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Takes the events of profiled calls: {@code QnnProfile_create} and what follows it.
 *
 * <p>Serves one call at a time; a second one waits. Each call replaces the events of the one
 * before.
 */
public final class Profile implements AutoCloseable {

  private static final int DEEPEST = 8;

  private final Lifetime lifetime;
  private final Qnn qnn;
  private final MemorySegment handle;

  /** How much is measured. */
  public enum Level {
    /** Whole phases: host, transport, accelerator. */
    BASIC(QNN_PROFILE_LEVEL_BASIC()),
    /** Each operation too, as sub-events. */
    DETAILED(QNN_PROFILE_LEVEL_DETAILED());

    private final int value;

    Level(int value) {
      this.value = value;
    }
  }

  private Profile(Qnn qnn, MemorySegment handle) {
    this.lifetime = new Lifetime("this profile", qnn.lifetime());
    this.qnn = qnn;
    this.handle = handle;
  }

  /**
   * Makes a profile that a backend fills and owns.
   *
   * @throws IllegalStateException if the backend is closed
   */
  public static Profile create(Qnn qnn, Level level) {
    qnn.lifetime().enter();
    try {
      Profile profile = new Profile(qnn, qnn.functions().createProfile(qnn.backend(), level.value));
      qnn.lifetime().adopt(profile);
      return profile;
    } finally {
      qnn.lifetime().exit();
    }
  }

  /**
   * Returns the events of the last call that was profiled, with their sub-events.
   *
   * @throws IllegalStateException if this is closed
   */
  public List<ProfileEvent> events() {
    List<ProfileEvent> events = new ArrayList<>();
    exclusively(() -> events.addAll(readAll()));
    return List.copyOf(events);
  }

  /** Waits for the call under way and frees the profile. */
  @Override
  public void close() {
    lifetime.close(this, () -> qnn.functions().freeProfile(handle));
  }

  /** Makes a call that fills or reads this; nobody else does meanwhile. */
  void exclusively(Runnable call) {
    lifetime.enter();
    try {
      synchronized (this) {
        call.run();
      }
    } finally {
      lifetime.exit();
    }
  }

  MemorySegment handle() {
    return handle;
  }

  private List<ProfileEvent> readAll() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment data = QnnProfile_EventData_t.allocate(scratch);
      MemorySegment extended = QnnProfile_ExtendedEventData_t.allocate(scratch);
      return read(qnn.functions().profileEvents(handle), data, extended, 0);
    }
  }

  private List<ProfileEvent> read(
      long[] ids, MemorySegment data, MemorySegment extended, int depth) {
    List<ProfileEvent> events = new ArrayList<>(ids.length);
    for (long id : ids) {
      qnn.functions().profileEventData(id, data);
      int type = QnnProfile_EventData_t.type(data);
      ProfileEvent.Unit unit = ProfileEvent.Unit.of(QnnProfile_EventData_t.unit(data));
      long value = QnnProfile_EventData_t.value(data);
      String name = CStrings.read(QnnProfile_EventData_t.identifier(data));
      OptionalLong timestamp = timestamp(id, extended);
      List<ProfileEvent> children =
          depth == DEEPEST
              ? List.of()
              : read(qnn.functions().profileSubEvents(id), data, extended, depth + 1);
      events.add(new ProfileEvent(type, name, value, unit, timestamp, children));
    }
    return events;
  }

  private OptionalLong timestamp(long id, MemorySegment extended) {
    QnnProfile_ExtendedEventData_t.version(extended, 1);
    if (!qnn.functions().profileExtendedEventData(id, extended)) {
      return OptionalLong.empty();
    }
    long micros =
        QnnProfile_ExtendedEventDataV1_t.timestamp(QnnProfile_ExtendedEventData_t.v1(extended));
    return micros == 0 ? OptionalLong.empty() : OptionalLong.of(micros);
  }
}
