package io.github.npu4j.qnn;

import static io.github.npu4j.internal.ffm.Fields.element;
import static io.github.npu4j.internal.ffm.Fields.i32;
import static io.github.npu4j.internal.ffm.Fields.i64;
import static io.github.npu4j.internal.ffm.Fields.i8;
import static io.github.npu4j.internal.ffm.Fields.pointer;
import static io.github.npu4j.internal.ffm.Fields.within;
import static io.github.npu4j.internal.qnnabi.qnn_h.*;

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
    MemorySegment info = pointer.reinterpret(QnnDevice_PlatformInfo_t_bytes());
    MemorySegment v1 = within(info, QnnDevice_PlatformInfo_t_v1());
    int count = Math.clamp(i32(v1, QnnDevice_PlatformInfoV1_t_numHwDevices()), 0, MOST_DEVICES);
    MemorySegment array =
        pointer(v1, QnnDevice_PlatformInfoV1_t_hwDevices())
            .reinterpret((long) count * QnnDevice_HardwareDeviceInfo_t_bytes());
    List<HtpDevice> devices = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      MemorySegment device = element(array, i, QnnDevice_HardwareDeviceInfo_t_bytes());
      devices.add(device(within(device, QnnDevice_HardwareDeviceInfo_t_v1())));
    }
    return new HtpPlatform(devices);
  }

  @SuppressWarnings("restricted") // the extension is a structure of known size
  private static HtpDevice device(MemorySegment v1) {
    int id = i32(v1, QnnDevice_HardwareDeviceInfoV1_t_deviceId());
    int cores = i32(v1, QnnDevice_HardwareDeviceInfoV1_t_numCores());
    MemorySegment pointer = pointer(v1, QnnDevice_HardwareDeviceInfoV1_t_deviceInfoExtension());
    if (pointer.address() == 0) {
      return new HtpDevice(id, cores, 0, 0, 0, false);
    }
    MemorySegment chip =
        within(
            pointer.reinterpret(QnnHtpDevice_DeviceInfoExtension_t_bytes()),
            QnnHtpDevice_DeviceInfoExtension_t_onChipDevice());
    return new HtpDevice(
        id,
        cores,
        i32(chip, QnnHtpDevice_OnChipDeviceInfoExtension_t_socModel()),
        i32(chip, QnnHtpDevice_OnChipDeviceInfoExtension_t_arch()),
        i64(chip, QnnHtpDevice_OnChipDeviceInfoExtension_t_vtcmSize()),
        i8(chip, QnnHtpDevice_OnChipDeviceInfoExtension_t_signedPdSupport()) != 0);
  }
}
