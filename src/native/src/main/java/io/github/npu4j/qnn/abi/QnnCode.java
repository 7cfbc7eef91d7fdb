package io.github.npu4j.qnn.abi;

import org.jspecify.annotations.Nullable;

/**
 * The codes that QNN's functions answer with, with what each means to a caller of npu4j.
 *
 * <p>A code that several functions share stands here under its common name. The numbers are those
 * of core API 2.37 and System API 1.12.
 */
public enum QnnCode {
  QNN_COMMON_ERROR_NOT_SUPPORTED(1000, "this backend or platform does not offer the function"),
  QNN_COMMON_ERROR_MEM_ALLOC(
      1002,
      "memory ran out, on this machine or on the NPU",
      "Close other contexts, or load fewer graphs of the file."),
  QNN_COMMON_ERROR_SYSTEM(1003, "the operating system failed a call of the library"),
  QNN_COMMON_ERROR_INVALID_ARGUMENT(1004, "an argument is out of range"),
  QNN_COMMON_ERROR_OPERATION_NOT_PERMITTED(1005, "the platform does not permit it"),
  QNN_COMMON_ERROR_PLATFORM_NOT_SUPPORTED(
      1006,
      "there is no Snapdragon NPU that this library knows",
      "Run npu4j doctor; run the model on the CPU meanwhile."),
  QNN_COMMON_ERROR_SYSTEM_COMMUNICATION(
      1007, "the connection to the NPU broke and can be made again", Advice.RESTART),
  QNN_COMMON_ERROR_INCOMPATIBLE_BINARIES(
      1008,
      "the libraries on the processor and on the NPU do not belong together",
      "Use all files of one runtime: npu4j runtime install."),
  QNN_COMMON_ERROR_LOADING_BINARIES(
      1009,
      "a library for the NPU could not be loaded",
      "Check that the folder with the skel libraries is complete: npu4j doctor."),
  QNN_COMMON_ERROR_RESOURCE_UNAVAILABLE(
      1010, "the NPU has no room left", "Close other contexts, or wait for other programs."),
  QNN_COMMON_ERROR_SYSTEM_COMMUNICATION_FATAL(
      1011, "the connection to the NPU broke for good", Advice.RESTART),
  QNN_COMMON_ERROR_GENERAL(1100, "an error that the library does not name"),
  QNN_PROPERTY_ERROR_UNKNOWN_KEY(2000),
  QNN_BACKEND_ERROR_CANNOT_INITIALIZE(
      4000,
      "the backend can't start on this machine",
      "Run npu4j doctor to see whether there is an NPU and its driver."),
  QNN_BACKEND_ERROR_TERMINATE_FAILED(4002),
  QNN_BACKEND_ERROR_NOT_SUPPORTED(4003),
  QNN_BACKEND_ERROR_INVALID_ARGUMENT(4004),
  QNN_BACKEND_ERROR_OP_PACKAGE_NOT_FOUND(4005),
  QNN_BACKEND_ERROR_OP_PACKAGE_IF_PROVIDER_NOT_FOUND(4006),
  QNN_BACKEND_ERROR_OP_PACKAGE_REGISTRATION_FAILED(4007),
  QNN_BACKEND_ERROR_OP_PACKAGE_UNSUPPORTED_VERSION(4008),
  QNN_BACKEND_ERROR_OP_PACKAGE_DUPLICATE(4009),
  QNN_BACKEND_ERROR_INCONSISTENT_CONFIG(4010),
  QNN_BACKEND_ERROR_INVALID_HANDLE(4011),
  QNN_BACKEND_ERROR_INVALID_CONFIG(4012),
  QNN_CONTEXT_ERROR_INVALID_ARGUMENT(
      5000, "the library refuses an argument, mostly the content of the binary", Advice.DAMAGED),
  QNN_CONTEXT_ERROR_CTX_DOES_NOT_EXIST(5001),
  QNN_CONTEXT_ERROR_INVALID_HANDLE(5002, "the context is not valid any more", Advice.RESTART),
  QNN_CONTEXT_ERROR_NOT_FINALIZED(5003),
  QNN_CONTEXT_ERROR_BINARY_VERSION(
      5004, "the binary was made by a version that this library can't read", Advice.VERSION),
  QNN_CONTEXT_ERROR_CREATE_FROM_BINARY(
      5005,
      "the library could not make a context of this binary",
      "It is damaged, too large for the NPU, or for another SoC; npu4j doctor FILE tells which."),
  QNN_CONTEXT_ERROR_GET_BINARY_SIZE_FAILED(5006),
  QNN_CONTEXT_ERROR_GET_BINARY_FAILED(5007),
  QNN_CONTEXT_ERROR_BINARY_CONFIGURATION(
      5008,
      "the binary is for another SoC, or was made with options this device lacks",
      "Compile the model for this SoC."),
  QNN_CONTEXT_ERROR_SET_PROFILE(5009),
  QNN_CONTEXT_ERROR_INVALID_CONFIG(5010, "a context option is not accepted here"),
  QNN_CONTEXT_ERROR_BINARY_SUBOPTIMAL(
      5011,
      "the binary runs, but was made for another SoC than this one",
      "Compile it for this SoC, or do not ask for strict compatibility."),
  QNN_CONTEXT_ERROR_ABORTED(5012, "it was aborted by its signal"),
  QNN_CONTEXT_ERROR_TIMED_OUT(5013, "it took longer than its signal allows"),
  QNN_CONTEXT_ERROR_INCREMENT_INVALID_BUFFER(5014),
  QNN_GRAPH_ERROR_INVALID_ARGUMENT(
      6000, "the library refuses an argument of the run, mostly a tensor or its buffer"),
  QNN_GRAPH_ERROR_INVALID_HANDLE(6001, "the graph is not valid any more", Advice.RESTART),
  QNN_GRAPH_ERROR_GRAPH_DOES_NOT_EXIST(
      6002, "the context has no such graph", "List the graphs of the binary: npu4j inspect."),
  QNN_GRAPH_ERROR_INVALID_NAME(6003),
  QNN_GRAPH_ERROR_INVALID_TENSOR(6004, "a tensor does not match the graph"),
  QNN_GRAPH_ERROR_INVALID_OP_CONFIG(6005),
  QNN_GRAPH_ERROR_SET_PROFILE(6006),
  QNN_GRAPH_ERROR_UNCONNECTED_NODE(6007),
  QNN_GRAPH_ERROR_CREATE_FAILED(6020),
  QNN_GRAPH_ERROR_OPTIMIZATION_FAILED(6021),
  QNN_GRAPH_ERROR_FINALIZE_FAILED(6022),
  QNN_GRAPH_ERROR_GRAPH_NOT_FINALIZED(6023),
  QNN_GRAPH_ERROR_GRAPH_FINALIZED(6024),
  QNN_GRAPH_ERROR_EXECUTION_ASYNC_FIFO_FULL(
      6025,
      "too many asynchronous runs are waiting",
      "Wait for some to end, or make the context with a deeper queue."),
  QNN_GRAPH_ERROR_SIGNAL_IN_USE(6030, "the signal is used by another call"),
  QNN_GRAPH_ERROR_ABORTED(6031, "the run was aborted by its signal"),
  QNN_GRAPH_ERROR_PROFILE_IN_USE(
      6032, "the profile is used by another run", "Use one profile a thread."),
  QNN_GRAPH_ERROR_TIMED_OUT(6033, "the run took longer than its signal allows"),
  QNN_GRAPH_ERROR_SUBGRAPH(6034),
  QNN_GRAPH_ERROR_DISABLED(
      6035,
      "the graph was left out when the context was made",
      "Enable it in the context's options."),
  QNN_GRAPH_ERROR_DYNAMIC_TENSOR_SHAPE(6036),
  QNN_GRAPH_ERROR_TENSOR_SPARSITY(6037),
  QNN_GRAPH_ERROR_EARLY_TERMINATION(6038),
  QNN_GRAPH_ERROR_INVALID_CONTEXT(6039),
  QNN_TENSOR_ERROR_INVALID_HANDLE(7001),
  QNN_TENSOR_ERROR_DOES_NOT_EXIST(7002),
  QNN_TENSOR_ERROR_ALREADY_EXISTS(7003),
  QNN_TENSOR_ERROR_INVALID_TENSOR_PARAM(7004),
  QNN_TENSOR_ERROR_UNSUPPORTED_TENSOR_PARAM(7005),
  QNN_TENSOR_ERROR_NAME_HASH_COLLISION(7006),
  QNN_TENSOR_ERROR_INCOMPATIBLE_TENSOR_UPDATE(7007),
  QNN_MEM_ERROR_INVALID_ARGUMENT(8000),
  QNN_MEM_ERROR_INVALID_HANDLE(8001),
  QNN_MEM_ERROR_ALREADY_REGISTERED(8002, "the memory is registered already"),
  QNN_MEM_ERROR_MAPPING(8003, "the memory can't be mapped into the NPU"),
  QNN_MEM_ERROR_INVALID_SHAPE(8004),
  QNN_MEM_ERROR_UNSUPPORTED_MEMTYPE(8005),
  QNN_SIGNAL_ERROR_SIGNAL_IN_USE(9000),
  QNN_SIGNAL_ERROR_SIGNAL_IDLE(9001),
  QNN_SIGNAL_ERROR_INVALID_ARGUMENT(9002),
  QNN_SIGNAL_ERROR_INVALID_HANDLE(9003),
  QNN_SIGNAL_ERROR_TIMEOUT(9004),
  QNN_SIGNAL_ERROR_INCOMPATIBLE_SIGNAL_TYPE(9005),
  QNN_LOG_ERROR_INITIALIZATION(11002),
  QNN_LOG_ERROR_INVALID_ARGUMENT(11003),
  QNN_LOG_ERROR_INVALID_HANDLE(11004),
  QNN_PROFILE_ERROR_INVALID_HANDLE(12000),
  QNN_PROFILE_ERROR_HANDLE_IN_USE(12001, "the profile is in use"),
  QNN_PROFILE_ERROR_INCOMPATIBLE_EVENT(12002),
  QNN_HTP_PERF_INFRASTRUCTURE_ERROR_INVALID_HANDLE_PTR(13000),
  QNN_HTP_PERF_INFRASTRUCTURE_ERROR_INVALID_INPUT(13001),
  QNN_HTP_PERF_INFRASTRUCTURE_ERROR_UNSUPPORTED_CONFIG(13002),
  QNN_HTP_PERF_INFRASTRUCTURE_ERROR_TRANSPORT(
      13003, "the vote did not reach the NPU", Advice.RESTART),
  QNN_HTP_PERF_INFRASTRUCTURE_ERROR_UNSUPPORTED(13004),
  QNN_HTP_PERF_INFRASTRUCTURE_ERROR_MEM_ALLOC(13005),
  QNN_HTP_PERF_INFRASTRUCTURE_ERROR_FAILED(13006),
  QNN_DEVICE_ERROR_INVALID_HANDLE(14000),
  QNN_DEVICE_ERROR_INVALID_CONFIG(14001),
  QNN_DEVICE_ERROR_HARDWARE_UNAVAILABLE(14002, "the NPU is not available", "Run npu4j doctor."),
  QNN_DEVICE_ERROR_ASSOCIATED_TO_CONTEXT(14003, "a context still uses the device"),
  QNN_DEVICE_ERROR_ACCESS_DENIED(14004, "the process may not use the NPU"),
  QNN_SYSTEM_CONTEXT_ERROR_INVALID_HANDLE(30000),
  QNN_SYSTEM_CONTEXT_ERROR_INVALID_ARGUMENT(
      30001, "this is not a context binary, or it is truncated", Advice.DAMAGED),
  QNN_SYSTEM_CONTEXT_ERROR_OPERATION_FAILED(30002),
  QNN_SYSTEM_CONTEXT_ERROR_MALFORMED_BINARY(
      30010, "this is not a context binary, or it is damaged", Advice.DAMAGED);

  /** What several codes advise. */
  private static final class Advice {
    static final String RESTART =
        "The NPU's subsystem restarted or is gone: close the context, create it again and repeat"
            + " the run once.";
    static final String DAMAGED =
        "Get the file again, or compile it again; npu4j verify tells more.";
    static final String VERSION =
        "Compile the model again with this runtime, or install the runtime it was compiled with.";
  }

  /** The lowest 16 bits are the code; a backend may put details above them. */
  private static final long CODE_BITS = 0xffff;

  private final int code;
  private final String meaning;
  private final String advice;

  QnnCode(int code) {
    this(code, "", "");
  }

  QnnCode(int code, String meaning) {
    this(code, meaning, "");
  }

  QnnCode(int code, String meaning, String advice) {
    this.code = code;
    this.meaning = meaning;
    this.advice = advice;
  }

  /** Returns the code of a function's answer, or {@code null} if it is not in this table. */
  public static @Nullable QnnCode of(long answer) {
    long wanted = answer & CODE_BITS;
    for (QnnCode candidate : values()) {
      if (candidate.code == wanted) {
        return candidate;
      }
    }
    return null;
  }

  public int code() {
    return code;
  }

  String meaning() {
    return meaning;
  }

  String advice() {
    return advice;
  }

  /** Returns whether this machine has no device that the backend can work with. */
  public boolean noDevice() {
    return this == QNN_BACKEND_ERROR_CANNOT_INITIALIZE
        || this == QNN_COMMON_ERROR_PLATFORM_NOT_SUPPORTED;
  }

  /** Returns whether the connection to the NPU is lost, as after a restart of its subsystem. */
  public boolean lostDevice() {
    return switch (this) {
      case QNN_COMMON_ERROR_SYSTEM_COMMUNICATION,
          QNN_COMMON_ERROR_SYSTEM_COMMUNICATION_FATAL,
          QNN_HTP_PERF_INFRASTRUCTURE_ERROR_TRANSPORT ->
          true;
      default -> false;
    };
  }
}
