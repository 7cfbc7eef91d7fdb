/* The QNN calls that the comparators share: providers, introspection, tensors with buffers. */
#ifndef NPU4J_BENCH_QNN_CALLS_H
#define NPU4J_BENCH_QNN_CALLS_H

#include "bench.h"
#include "qnn.h"

/* The functions that are called, by their slots' names; native-headers/qnn.h gives their arguments. */
typedef u64 (*GetProviders)(void ***providers, u32 *count);
typedef u64 (*SystemContextCreate)(void **system);
typedef u64 (*SystemContextGetBinaryInfo)(void *system, const void *binary, u64 size,
                                          const QnnSystemContext_BinaryInfo_t **info, u64 *info_size);
typedef u64 (*BackendCreate)(void *log, const void **configs, void **backend);
typedef u64 (*DeviceCreate)(void *log, const void **configs, void **device);
typedef u64 (*ContextCreateFromBinary)(void *backend, void *device, const void **configs,
                                       const void *binary, u64 size, void **context, void *profile);
typedef u64 (*ContextFree)(void *context, void *profile);
typedef u64 (*GraphRetrieve)(void *context, const char *name, void **graph);
typedef u64 (*GraphExecute)(void *graph, const Qnn_Tensor_t *inputs, u32 input_count,
                            Qnn_Tensor_t *outputs, u32 output_count, void *profile, void *signal);
typedef u64 (*Free)(void *handle);

static inline void check_qnn(u64 code, const char *function) {
  if (code != 0) {
    char text[64];
    snprintf(text, sizeof text, "error %llu", code);
    die(function, text);
  }
}

static inline void *first_provider(const char *library, const char *symbol) {
  void *found = find_symbol(load_library(library), symbol);
  GetProviders get;
  memcpy(&get, &found, sizeof get);
  void **providers = NULL;
  u32 count = 0;
  check_qnn(get(&providers, &count), symbol);
  if (count == 0) {
    die(library, "no provider");
  }
  return providers[0];
}

static inline const QnnInterface_ImplementationV2_37_t *backend_table(const char *library) {
  return &((QnnInterface_t *)first_provider(library, "QnnInterface_getProviders"))->v2_37;
}

static inline const QnnSystemInterface_ImplementationV1_12_t *system_table(const char *library) {
  return &((QnnSystemInterface_t *)first_provider(library, "QnnSystemInterface_getProviders"))
              ->v1_12;
}

/* A started backend with its device. */
typedef struct {
  const QnnInterface_ImplementationV2_37_t *table;
  void *handle;
  void *device;
} Backend;

static inline Backend start_backend(const char *library) {
  Backend backend = {.table = backend_table(library)};
  check_qnn(((BackendCreate)backend.table->backendCreate)(NULL, NULL, &backend.handle),
            "backendCreate");
  check_qnn(((DeviceCreate)backend.table->deviceCreate)(NULL, NULL, &backend.device),
            "deviceCreate");
  return backend;
}

typedef struct {
  void *bytes;
  u64 size;
} Mapped;

static inline Mapped map_file(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) {
    die(path, "can't be opened");
  }
  Mapped mapped = {mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0),
                   (u64)status.st_size};
  close(file);
  if (mapped.bytes == MAP_FAILED) {
    die(path, "can't be mapped");
  }
  return mapped;
}

static inline void *create_context(Backend backend, Mapped file) {
  void *context = NULL;
  check_qnn(((ContextCreateFromBinary)backend.table->contextCreateFromBinary)(
                backend.handle, backend.device, NULL, file.bytes, file.size, &context, NULL),
            "contextCreateFromBinary");
  return context;
}

static inline void *retrieve_graph(Backend backend, void *context, const char *name) {
  void *graph = NULL;
  check_qnn(((GraphRetrieve)backend.table->graphRetrieve)(context, name, &graph), "graphRetrieve");
  return graph;
}

static inline void *create_description(
    const QnnSystemInterface_ImplementationV1_12_t *system) {
  void *description = NULL;
  check_qnn(((SystemContextCreate)system->systemContextCreate)(&description),
            "systemContextCreate");
  return description;
}

/* The first graph of a file; it stays valid until its system context is freed. */
static inline const QnnSystemContext_GraphInfoV1_t *
first_graph(const QnnSystemInterface_ImplementationV1_12_t *system, void *context, Mapped file) {
  const QnnSystemContext_BinaryInfo_t *info = NULL;
  u64 size = 0;
  check_qnn(((SystemContextGetBinaryInfo)system->systemContextGetBinaryInfo)(
                context, file.bytes, file.size, &info, &size),
            "systemContextGetBinaryInfo");
  u32 graphs = info->version == 3 ? info->contextBinaryInfoV3.numGraphs
                                  : info->contextBinaryInfoV1.numGraphs;
  if (graphs == 0) {
    die("the file", "no graph in it");
  }
  /* Every later version of a graph's description begins as version 1 does. */
  return info->version == 3 ? &info->contextBinaryInfoV3.graphs[0].graphInfoV1
                            : &info->contextBinaryInfoV1.graphs[0].graphInfoV1;
}

/* A copy of tensor descriptions whose memory is the caller's, one zeroed 64-byte aligned buffer each. */
static inline Qnn_Tensor_t *with_buffers(const Qnn_Tensor_t *described, u32 count) {
  Qnn_Tensor_t *tensors = calloc(count, sizeof *tensors);
  for (u32 i = 0; i < count; i++) {
    tensors[i] = described[i];
    Qnn_TensorV1_t *tensor = &tensors[i].v1; /* version 2 begins the same way */
    u64 bits = 0;
    u64 scale = 1;
    for (u32 digits = tensor->dataType & 0xff; digits != 0; digits >>= 4, scale *= 10) {
      bits += (digits & 0xf) * scale;
    }
    for (u32 axis = 0; axis < tensor->rank; axis++) {
      bits *= tensor->dimensions[axis];
    }
    u64 bytes = (bits + 7) / 8;
    u64 padded = (bytes + 63) / 64 * 64;
    tensor->memType = QNN_TENSORMEMTYPE_RAW;
    tensor->clientBuf.data = aligned_alloc(64, padded);
    tensor->clientBuf.dataSize = (u32)bytes;
    memset(tensor->clientBuf.data, 0, padded);
  }
  return tensors;
}

static inline void free_tensors(Qnn_Tensor_t *tensors, u32 count) {
  for (u32 i = 0; i < count; i++) {
    free(tensors[i].v1.clientBuf.data);
  }
  free(tensors);
}

#endif
