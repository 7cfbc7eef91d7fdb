package io.github.npu4j.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.npu4j.error.BadInputException;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Devices by name. */
class DeviceTest {

  @Test
  void isFoundByItsNameInAnyCase() {
    for (Device device : Device.values()) {
      assertSame(device, Device.of(device.toString()));
      assertSame(device, Device.of(device.name()));
    }
    assertSame(Device.CPU, Device.of(" Cpu "));
  }

  @Test
  void aTurkishLocaleChangesNoName() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.of("tr", "TR"));
    try {
      assertSame(Device.EMULATOR, Device.of("emulator"));
      assertEquals("emulator", Device.EMULATOR.toString());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNamesThereAre() {
    BadInputException error = assertThrows(BadInputException.class, () -> Device.of("tpu"));
    assertEquals("there is no device named tpu", error.what());
    assertEquals("the devices are auto, npu, gpu, cpu, emulator", error.why());
  }
}
