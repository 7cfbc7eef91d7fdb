package io.github.npu4j.qnn;

import io.github.npu4j.internal.qnnabi.QnnDevice_HardwareDeviceInfoV1_t;
import io.github.npu4j.internal.qnnabi.QnnDevice_HardwareDeviceInfo_t;
import io.github.npu4j.internal.qnnabi.QnnDevice_PlatformInfoV1_t;
import io.github.npu4j.internal.qnnabi.QnnDevice_PlatformInfo_t;
import io.github.npu4j.internal.qnnabi.QnnHtpDevice_DeviceInfoExtension_t;
import io.github.npu4j.internal.qnnabi.QnnHtpDevice_OnChipDeviceInfoExtension_t;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The HTP devices a backend finds: {@code QnnDevice_getPlatformInfo}.
 *
 * @param devices the devices; on every laptop known, one
 */
public record HtpPlatform(List<HtpDevice> devices) {

  /** The SoC and architecture that the emulator for x86 reports. */
  private static final int EMULATED_SOC = 30;

  private static final int EMULATED_ARCH = 68;

  private static final int MOST_DEVICES = 64;

  /** Takes a copy of the list. */
  public HtpPlatform {
    devices = List.copyOf(devices);
  }

  /**
   * One HTP.
   *
   * @param id its number
   * @param cores how many cores it has
   * @param socModel the SoC it is in, by QNN's number: 60 is X Elite, 88 is X2 Elite
   * @param arch its architecture: 73 for X Elite, 81 for X2 Elite
   * @param vtcmMegabytes its tightly coupled memory
   * @param signedProcess whether signed processes can run on it
   */
  public record HtpDevice(
      int id, int cores, int socModel, int arch, long vtcmMegabytes, boolean signedProcess) {}

  /**
   * Returns whether this is Qualcomm's emulator: an x86-64 process that finds the device which only
   * the emulator reports. An x86-64 process on a Snapdragon laptop finds the laptop's own.
   */
  public boolean isEmulator() {
    String processor = System.getProperty("os.arch", "");
    return (processor.equals("amd64") || processor.equals("x86_64"))
        && !devices.isEmpty()
        && devices.stream()
            .allMatch(one -> one.socModel() == EMULATED_SOC && one.arch() == EMULATED_ARCH);
  }

  @SuppressWarnings("restricted") // pointers are sized by the count next to them
  static HtpPlatform from(MemorySegment pointer) {
    MemorySegment info = pointer.reinterpret(QnnDevice_PlatformInfo_t.sizeof());
    MemorySegment v1 = QnnDevice_PlatformInfo_t.v1(info);
    int count = Math.clamp(QnnDevice_PlatformInfoV1_t.numHwDevices(v1), 0, MOST_DEVICES);
    MemorySegment array =
        QnnDevice_PlatformInfoV1_t.hwDevices(v1)
            .reinterpret(count * QnnDevice_HardwareDeviceInfo_t.sizeof());
    List<HtpDevice> devices = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      MemorySegment device = QnnDevice_HardwareDeviceInfo_t.asSlice(array, i);
      devices.add(device(QnnDevice_HardwareDeviceInfo_t.v1(device)));
    }
    return new HtpPlatform(devices);
  }

  @SuppressWarnings("restricted") // the extension is a structure of known size
  private static HtpDevice device(MemorySegment v1) {
    int id = QnnDevice_HardwareDeviceInfoV1_t.deviceId(v1);
    int cores = QnnDevice_HardwareDeviceInfoV1_t.numCores(v1);
    MemorySegment pointer = QnnDevice_HardwareDeviceInfoV1_t.deviceInfoExtension(v1);
    if (pointer.address() == 0) {
      return new HtpDevice(id, cores, 0, 0, 0, false);
    }
    MemorySegment chip =
        QnnHtpDevice_DeviceInfoExtension_t.onChipDevice(
            pointer.reinterpret(QnnHtpDevice_DeviceInfoExtension_t.sizeof()));
    return new HtpDevice(
        id,
        cores,
        QnnHtpDevice_OnChipDeviceInfoExtension_t.socModel(chip),
        QnnHtpDevice_OnChipDeviceInfoExtension_t.arch(chip),
        QnnHtpDevice_OnChipDeviceInfoExtension_t.vtcmSize(chip),
        QnnHtpDevice_OnChipDeviceInfoExtension_t.signedPdSupport(chip) != 0);
  }
}
