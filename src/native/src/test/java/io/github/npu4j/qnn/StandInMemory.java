package io.github.npu4j.qnn;

import io.github.npu4j.internal.qnnabi.QnnDevice_HardwareDeviceInfoV1_t;
import io.github.npu4j.internal.qnnabi.QnnDevice_HardwareDeviceInfo_t;
import io.github.npu4j.internal.qnnabi.QnnDevice_PlatformInfoV1_t;
import io.github.npu4j.internal.qnnabi.QnnDevice_PlatformInfo_t;
import io.github.npu4j.internal.qnnabi.QnnHtpDevice_DeviceInfoExtension_t;
import io.github.npu4j.internal.qnnabi.QnnHtpDevice_OnChipDeviceInfoExtension_t;
import io.github.npu4j.internal.qnnabi.QnnHtpPerfInfrastructure_DcvsV3_t;
import io.github.npu4j.internal.qnnabi.QnnHtpPerfInfrastructure_PowerConfig_t;
import io.github.npu4j.internal.qnnabi.Qnn_ClientBuffer_t;
import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryCallback_t;
import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryDataRequest_t;
import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryRawBufferCallbackV1_t;
import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryRawBufferCallback_t;
import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryRawDataMem_t;
import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryRawDataResponse_t;
import io.github.npu4j.internal.qnnabi.Qnn_TensorV1_t;
import io.github.npu4j.internal.qnnabi.Qnn_Tensor_t;
import io.github.npu4j.internal.qnnabi.Qnn_Version_t;
import io.github.npu4j.internal.qnnabi.qnn_h;
import io.github.npu4j.qnn.info.QnnVersion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads what a caller of the stand-in passed, and writes what it is answered, as a C library does.
 */
final class StandInMemory {

  private StandInMemory() {}

  static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  static MemorySegment platform(Arena arena, int socModel, int arch) {
    MemorySegment extension = QnnHtpDevice_DeviceInfoExtension_t.allocate(arena);
    MemorySegment chip = QnnHtpDevice_DeviceInfoExtension_t.onChipDevice(extension);
    QnnHtpDevice_OnChipDeviceInfoExtension_t.socModel(chip, socModel);
    QnnHtpDevice_OnChipDeviceInfoExtension_t.arch(chip, arch);
    QnnHtpDevice_OnChipDeviceInfoExtension_t.vtcmSize(chip, 8);
    MemorySegment device = QnnDevice_HardwareDeviceInfo_t.allocate(arena);
    QnnDevice_HardwareDeviceInfo_t.version(device, 1);
    MemorySegment v1 = QnnDevice_HardwareDeviceInfo_t.v1(device);
    QnnDevice_HardwareDeviceInfoV1_t.numCores(v1, 1);
    QnnDevice_HardwareDeviceInfoV1_t.deviceInfoExtension(v1, extension);
    MemorySegment info = QnnDevice_PlatformInfo_t.allocate(arena);
    QnnDevice_PlatformInfo_t.version(info, 1);
    MemorySegment infoV1 = QnnDevice_PlatformInfo_t.v1(info);
    QnnDevice_PlatformInfoV1_t.numHwDevices(infoV1, 1);
    QnnDevice_PlatformInfoV1_t.hwDevices(infoV1, device);
    return info;
  }

  static void version(MemorySegment segment, QnnVersion version) {
    Qnn_Version_t.major(segment, version.major());
    Qnn_Version_t.minor(segment, version.minor());
    Qnn_Version_t.patch(segment, version.patch());
  }

  static List<MemorySegment> buffers(long array, long count, Map<Long, MemorySegment> registered) {
    MemorySegment tensors = at(array, count * Qnn_Tensor_t.sizeof());
    List<MemorySegment> buffers = new ArrayList<>();
    for (int i = 0; i < (int) count; i++) {
      MemorySegment v1 = Qnn_Tensor_t.v1(Qnn_Tensor_t.asSlice(tensors, i));
      if (Qnn_TensorV1_t.memType(v1) == qnn_h.QNN_TENSORMEMTYPE_MEMHANDLE()) {
        buffers.add(registered.get(Qnn_TensorV1_t.memHandle(v1).address()));
      } else {
        MemorySegment client = Qnn_TensorV1_t.clientBuf(v1);
        buffers.add(
            at(Qnn_ClientBuffer_t.data(client).address(), Qnn_ClientBuffer_t.dataSize(client)));
      }
    }
    return buffers;
  }

  static void copy(List<MemorySegment> inputs, List<MemorySegment> outputs) {
    for (int i = 0; i < outputs.size(); i++) {
      MemorySegment input = inputs.get(Math.min(i, inputs.size() - 1));
      long bytes = Math.min(input.byteSize(), outputs.get(i).byteSize());
      MemorySegment.copy(input, 0, outputs.get(i), 0, bytes);
    }
  }

  /**
   * Asks the caller's callback for the binary in pieces, as a backend that takes callbacks does.
   */
  static byte[] pieces(long callbackAddress, long size) {
    MemorySegment callback = at(callbackAddress, Qnn_ContextBinaryCallback_t.sizeof());
    MemorySegment v1 =
        Qnn_ContextBinaryRawBufferCallback_t.v1(
            Qnn_ContextBinaryCallback_t.rawBufferCallback(callback));
    MemorySegment param = Qnn_ContextBinaryRawBufferCallbackV1_t.notifyParam(v1);
    byte[] all = new byte[(int) size];
    try (Arena scratch = Arena.ofConfined()) {
      long piece = Math.max(1, size / 3);
      for (long offset = 0; offset < size; offset += piece) {
        MemorySegment request = Qnn_ContextBinaryDataRequest_t.allocate(scratch);
        Qnn_ContextBinaryDataRequest_t.offset(request, offset);
        Qnn_ContextBinaryDataRequest_t.size(request, Math.min(piece, size - offset));
        MemorySegment response = Qnn_ContextBinaryRawDataResponse_t.allocate(scratch);
        long answer =
            Callbacks.provide(
                Qnn_ContextBinaryRawBufferCallbackV1_t.dataProvide(v1), request, response, param);
        if (answer != 0) {
          throw new AssertionError("the provider answered " + answer);
        }
        MemorySegment data =
            Qnn_ContextBinaryRawDataResponse_t.memPtr(response)
                .reinterpret(Qnn_ContextBinaryRawDataResponse_t.alignedSize(response));
        MemorySegment.copy(
            data, ValueLayout.JAVA_BYTE, 0, all, (int) offset, (int) data.byteSize());
        MemorySegment memory = Qnn_ContextBinaryRawDataMem_t.allocate(scratch);
        Qnn_ContextBinaryRawDataMem_t.memPtr(memory, data);
        Callbacks.release(Qnn_ContextBinaryRawBufferCallbackV1_t.dataRelease(v1), memory, param);
      }
    }
    return all;
  }

  static StandInBackend.PowerVote vote(long list) {
    MemorySegment pointers = at(list, 8 * 8);
    int mode = -1;
    int corner = -1;
    int latency = -1;
    int polling = -1;
    for (int i = 0; pointers.getAtIndex(ValueLayout.JAVA_LONG, i) != 0; i++) {
      MemorySegment config =
          at(
              pointers.getAtIndex(ValueLayout.JAVA_LONG, i),
              QnnHtpPerfInfrastructure_PowerConfig_t.sizeof());
      switch (QnnHtpPerfInfrastructure_PowerConfig_t.option(config)) {
        case 1 -> {
          MemorySegment dcvs = QnnHtpPerfInfrastructure_PowerConfig_t.dcvsV3Config(config);
          mode = QnnHtpPerfInfrastructure_DcvsV3_t.powerMode(dcvs);
          corner = QnnHtpPerfInfrastructure_DcvsV3_t.coreVoltageCornerTarget(dcvs);
        }
        case 2 -> latency = QnnHtpPerfInfrastructure_PowerConfig_t.rpcControlLatencyConfig(config);
        case 3 -> polling = QnnHtpPerfInfrastructure_PowerConfig_t.rpcPollingTimeConfig(config);
        default -> throw new AssertionError("an option nobody asked for");
      }
    }
    return new StandInBackend.PowerVote(mode, corner, latency, polling);
  }
}
