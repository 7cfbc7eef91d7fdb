/*
 * A QNN backend that does nothing, in C: what a caller of graphExecute pays by itself.
 *
 * Every handle it gives out is the same non-null address. graphExecute only counts, and remembers
 * where the first input and output are, so that a caller can prove that its calls arrive.
 */
#include <stddef.h>
#include <stdint.h>

#include "qnn.h"

#define UNSUPPORTED 1000

static int something;

uint64_t npu4j_noop_executions;
const void *npu4j_noop_input;
const void *npu4j_noop_output;

static u64 has_capability(u32 key) {
  (void)key;
  return 0;
}

static u64 backend_create(void *log, const void **configs, void **backend) {
  (void)log;
  (void)configs;
  *backend = &something;
  return 0;
}

static u64 get_api_version(Qnn_ApiVersion_t *version) {
  *version = (Qnn_ApiVersion_t){{2, 37, 0}, {5, 48, 0}};
  return 0;
}

static u64 get_build_id(const char **id) {
  *id = "npu4j no-op backend";
  return 0;
}

static u64 take_handle(void *handle) {
  (void)handle;
  return 0;
}

static u64 set_context_config(void *context, const QnnContext_Config_t **configs) {
  (void)context;
  (void)configs;
  return 0;
}

static u64 create_from_binary(void *backend, void *device, const QnnContext_Config_t **configs,
                              const void *binary, u64 size, void **context, void *profile) {
  (void)backend;
  (void)device;
  (void)configs;
  (void)binary;
  (void)size;
  (void)profile;
  *context = &something;
  return 0;
}

static u64 validate_binary(void *backend, void *device, const QnnContext_Config_t **configs,
                           const void *binary, u64 size) {
  (void)backend;
  (void)device;
  (void)configs;
  (void)binary;
  (void)size;
  return 0;
}

static u64 context_free(void *context, void *profile) {
  (void)context;
  (void)profile;
  return 0;
}

static u64 set_graph_config(void *graph, const QnnGraph_Config_t **configs) {
  (void)graph;
  (void)configs;
  return 0;
}

static u64 graph_retrieve(void *context, const char *name, void **graph) {
  (void)context;
  (void)name;
  *graph = &something;
  return 0;
}

/* Version 2 of a tensor begins as version 1 does. */
static const void *data_of(const Qnn_Tensor_t *tensor) { return tensor->v1.clientBuf.data; }

static u64 graph_execute(void *graph, const Qnn_Tensor_t *inputs, u32 input_count,
                         Qnn_Tensor_t *outputs, u32 output_count, void *profile, void *signal) {
  (void)graph;
  (void)input_count;
  (void)output_count;
  (void)profile;
  (void)signal;
  npu4j_noop_executions++;
  npu4j_noop_input = data_of(inputs);
  npu4j_noop_output = data_of(outputs);
  return 0;
}

static u64 log_create(QnnLog_Callback_t callback, u32 level, void **log) {
  (void)callback;
  (void)level;
  *log = &something;
  return 0;
}

static u64 set_log_level(void *log, u32 level) {
  (void)log;
  (void)level;
  return 0;
}

static u64 profile_create(void *backend, u32 level, void **profile) {
  (void)backend;
  (void)level;
  *profile = &something;
  return 0;
}

static u64 get_events(void *profile, const u64 **events, u32 *count) {
  (void)profile;
  *events = NULL;
  *count = 0;
  return 0;
}

static u64 mem_register(void *context, const Qnn_MemDescriptor_t *descriptors, u32 count,
                        void **handles) {
  (void)context;
  (void)descriptors;
  (void)count;
  (void)handles;
  return UNSUPPORTED;
}

static u64 get_platform_info(void *log, const QnnDevice_PlatformInfo_t **info) {
  static const QnnDevice_PlatformInfo_t none = {.version = 1, .v1 = {.numHwDevices = 0}};
  (void)log;
  *info = &none;
  return 0;
}

static u64 free_platform_info(void *log, const QnnDevice_PlatformInfo_t *info) {
  (void)log;
  (void)info;
  return 0;
}

static u64 get_infrastructure(const QnnHtpDevice_Infrastructure_t **infrastructure) {
  *infrastructure = NULL;
  return UNSUPPORTED;
}

static u64 device_create(void *log, const QnnDevice_Config_t **configs, void **device) {
  (void)log;
  (void)configs;
  *device = &something;
  return 0;
}

static u64 signal_create(void *backend, const QnnSignal_Config_t **configs, void **signal) {
  (void)backend;
  (void)configs;
  *signal = &something;
  return 0;
}

static u64 set_signal_config(void *signal, const QnnSignal_Config_t **configs) {
  (void)signal;
  (void)configs;
  return 0;
}

static u64 get_message(u64 error, const char **message) {
  *message = error == UNSUPPORTED ? "the no-op backend can't do this" : "";
  return 0;
}

static u64 free_message(const char *message) {
  (void)message;
  return 0;
}

u64 QnnInterface_getProviders(void ***providers, u32 *count) {
  static QnnInterface_t provider = {
      .backendId = 6,
      .providerName = "NPU4J_NOOP",
      .apiVersion = {{2, 37, 0}, {5, 48, 0}},
      .v2_37 =
          {
              .propertyHasCapability = has_capability,
              .backendCreate = backend_create,
              .backendGetApiVersion = get_api_version,
              .backendGetBuildId = get_build_id,
              .backendFree = take_handle,
              .contextSetConfig = set_context_config,
              .contextCreateFromBinary = create_from_binary,
              .contextFree = context_free,
              .graphSetConfig = set_graph_config,
              .graphRetrieve = graph_retrieve,
              .graphExecute = graph_execute,
              .logCreate = log_create,
              .logSetLogLevel = set_log_level,
              .logFree = take_handle,
              .profileCreate = profile_create,
              .profileGetEvents = get_events,
              .profileFree = take_handle,
              .memRegister = mem_register,
              .deviceGetPlatformInfo = get_platform_info,
              .deviceFreePlatformInfo = free_platform_info,
              .deviceGetInfrastructure = get_infrastructure,
              .deviceCreate = device_create,
              .deviceFree = take_handle,
              .signalCreate = signal_create,
              .signalSetConfig = set_signal_config,
              .signalTrigger = take_handle,
              .signalFree = take_handle,
              .errorGetMessage = get_message,
              .errorGetVerboseMessage = get_message,
              .errorFreeVerboseMessage = free_message,
              .contextValidateBinary = validate_binary,
          },
  };
  static void *all[] = {&provider};
  *providers = all;
  *count = 1;
  return 0;
}
