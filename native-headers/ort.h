/*
 * The part of ONNX Runtime's C ABI that npu4j calls, in our own words.
 *
 * ONNX Runtime is reached through tables of function pointers. A table only ever grows at its end,
 * so a function is known by the number of its slot; this header gives those numbers. Functions that
 * npu4j does not call have no line here.
 *
 * The comment beside a slot gives the arguments. Every one of them travels in one machine word: a
 * pointer, a 64-bit size or count, a 32-bit integer or a bool. "out x" is a pointer to where x goes.
 * A function answers with a status, NULL when all went well, unless "->" says otherwise. Names and
 * strings are UTF-8 with a final zero; a path is UTF-16 on Windows and UTF-8 elsewhere.
 *
 * "Owned" results must be released by the function named for them; all others belong to the object
 * that was asked.
 */

/* The version of the tables below; asked for by OrtApiBase_GetApi. */
enum OrtTables { ORT_TABLE_VERSION = 29 };

/* The base table, answered by the library's export OrtGetApiBase(). */
enum OrtApiBase {
  OrtApiBase_GetApi = 0,           /* (version) -> OrtApi table, or NULL if the library is older */
  OrtApiBase_GetVersionString = 1  /* () -> string */
};

/* The main table. */
enum OrtApi {
  /* status */
  OrtApi_GetErrorCode = 1,    /* (status) -> enum OrtErrorCode */
  OrtApi_GetErrorMessage = 2, /* (status) -> string */
  OrtApi_ReleaseStatus = 93,  /* (status) -> nothing */

  /* environment */
  OrtApi_CreateEnvWithCustomLogger = 4, /* (logger, its parameter, level, id, out owned env) */
  OrtApi_EnableTelemetryEvents = 5,     /* (env) */
  OrtApi_DisableTelemetryEvents = 6,    /* (env) */
  OrtApi_CreateThreadingOptions = 121,  /* (out owned threading) */
  OrtApi_ReleaseThreadingOptions = 122, /* (threading) -> nothing */
  OrtApi_GetAvailableProviders = 125,   /* (out owned array of strings, out int32 count) */
  OrtApi_ReleaseAvailableProviders = 126, /* (array of strings, count) */
  OrtApi_SetGlobalIntraOpNumThreads = 147, /* (threading, count) */
  OrtApi_SetGlobalInterOpNumThreads = 148, /* (threading, count) */
  OrtApi_SetGlobalSpinControl = 149,       /* (threading, 0 or 1) */
  OrtApi_CreateEnvWithCustomLoggerAndGlobalThreadPools = 151, /* (logger, its parameter, level, id,
                                                                  threading, out owned env) */
  OrtApi_SetGlobalDenormalAsZero = 155,     /* (threading) */
  OrtApi_UpdateEnvWithCustomLogLevel = 226, /* (env, level) */
  OrtApi_GetBuildInfoString = 254,          /* () -> string */

  /* session */
  OrtApi_CreateSession = 7,          /* (env, path, session options, out owned session) */
  OrtApi_CreateSessionFromArray = 8, /* (env, bytes, size, session options, out owned session) */
  OrtApi_Run = 9, /* (session, run options or NULL, input names, input values, input count, output
                      names, output count, in and out owned output values) */
  OrtApi_SessionGetInputCount = 30,             /* (session, out count) */
  OrtApi_SessionGetOutputCount = 31,            /* (session, out count) */
  OrtApi_SessionGetOverridableInitializerCount = 32,    /* (session, out count) */
  OrtApi_SessionGetInputTypeInfo = 33,                  /* (session, index, out owned type) */
  OrtApi_SessionGetOutputTypeInfo = 34,                 /* (session, index, out owned type) */
  OrtApi_SessionGetOverridableInitializerTypeInfo = 35, /* (session, index, out owned type) */
  OrtApi_SessionGetInputName = 36,  /* (session, index, allocator, out string to free) */
  OrtApi_SessionGetOutputName = 37, /* (session, index, allocator, out string to free) */
  OrtApi_SessionGetOverridableInitializerName = 38, /* (session, index, allocator, out string) */
  OrtApi_ReleaseSession = 95,                 /* (session) -> nothing */
  OrtApi_SessionEndProfiling = 110,           /* (session, allocator, out string to free) */
  OrtApi_SessionGetModelMetadata = 111,       /* (session, out owned metadata) */
  OrtApi_SessionGetProfilingStartTimeNs = 146, /* (session, out uint64) */
  OrtApi_RunAsync = 260, /* (session, run options or NULL, input names, input values, input count,
                             output names, output count, output values, OrtRunDone, parameter) */
  OrtApi_SetEpDynamicOptions = 284,             /* (session, keys, values, count) */
  OrtApi_Session_GetEpGraphAssignmentInfo = 407, /* (session, out array of subgraphs, out count) */
  OrtApi_EpAssignedSubgraph_GetEpName = 408,    /* (subgraph, out string) */
  OrtApi_EpAssignedSubgraph_GetNodes = 409,     /* (subgraph, out array of nodes, out count) */
  OrtApi_EpAssignedNode_GetName = 410,          /* (node, out string) */
  OrtApi_EpAssignedNode_GetDomain = 411,        /* (node, out string) */
  OrtApi_EpAssignedNode_GetOperatorType = 412,  /* (node, out string) */

  /* session options */
  OrtApi_CreateSessionOptions = 10,             /* (out owned session options) */
  OrtApi_SetOptimizedModelFilePath = 11,        /* (options, path) */
  OrtApi_SetSessionExecutionMode = 13,          /* (options, enum ExecutionMode) */
  OrtApi_EnableProfiling = 14,                  /* (options, path prefix) */
  OrtApi_DisableProfiling = 15,                 /* (options) */
  OrtApi_EnableMemPattern = 16,                 /* (options) */
  OrtApi_DisableMemPattern = 17,                /* (options) */
  OrtApi_EnableCpuMemArena = 18,                /* (options) */
  OrtApi_DisableCpuMemArena = 19,               /* (options) */
  OrtApi_SetSessionLogId = 20,                  /* (options, string) */
  OrtApi_SetSessionLogVerbosityLevel = 21,      /* (options, level) */
  OrtApi_SetSessionLogSeverityLevel = 22,       /* (options, enum OrtLoggingLevel) */
  OrtApi_SetSessionGraphOptimizationLevel = 23, /* (options, enum GraphOptimizationLevel) */
  OrtApi_SetIntraOpNumThreads = 24,             /* (options, count) */
  OrtApi_SetInterOpNumThreads = 25,             /* (options, count) */
  OrtApi_AddFreeDimensionOverride = 79,         /* (options, denotation, int64 value) */
  OrtApi_ReleaseSessionOptions = 100,           /* (options) -> nothing */
  OrtApi_DisablePerSessionThreads = 120,        /* (options) */
  OrtApi_AddFreeDimensionOverrideByName = 124,  /* (options, name, int64 value) */
  OrtApi_AddSessionConfigEntry = 130,           /* (options, key, value) */
  OrtApi_AddInitializer = 150,                  /* (options, name, value) */
  OrtApi_SessionOptionsAppendExecutionProvider_TensorRT_V2 = 170, /* (options, TensorRT options) */
  OrtApi_CreateTensorRTProviderOptions = 171,   /* (out owned TensorRT options) */
  OrtApi_UpdateTensorRTProviderOptions = 172,   /* (TensorRT options, keys, values, count) */
  OrtApi_ReleaseTensorRTProviderOptions = 174,  /* (TensorRT options) -> nothing */
  OrtApi_SessionOptionsAppendExecutionProvider_CUDA_V2 = 204, /* (options, CUDA options) */
  OrtApi_CreateCUDAProviderOptions = 205,       /* (out owned CUDA options) */
  OrtApi_UpdateCUDAProviderOptions = 206,       /* (CUDA options, keys, values, count) */
  OrtApi_ReleaseCUDAProviderOptions = 208,      /* (CUDA options) -> nothing */
  OrtApi_AddExternalInitializers = 210,         /* (options, names, values, count) */
  OrtApi_SessionOptionsAppendExecutionProvider = 216, /* (options, name, keys, values, count) */
  OrtApi_RegisterCustomOpsLibrary_V2 = 228,     /* (options, path) */
  OrtApi_RegisterCustomOpsUsingFunction = 229,  /* (options, symbol name) */
  OrtApi_SetDeterministicCompute = 273,         /* (options, bool) */
  OrtApi_SessionOptionsSetLoadCancellationFlag = 293, /* (options, bool) */
  OrtApi_SessionOptionsAppendExecutionProvider_V2 = 304, /* (options, env, array of devices, device
                                                             count, keys, values, option count);
                                                             seven words */
  OrtApi_SessionOptionsSetEpSelectionPolicy = 305, /* (options, enum of policies) */
  OrtApi_GetSessionOptionsConfigEntries = 379,  /* (options, out owned pairs) */

  /* run options */
  OrtApi_CreateRunOptions = 39,                 /* (out owned run options) */
  OrtApi_RunOptionsSetRunLogVerbosityLevel = 40, /* (options, level) */
  OrtApi_RunOptionsSetRunLogSeverityLevel = 41, /* (options, enum OrtLoggingLevel) */
  OrtApi_RunOptionsSetRunTag = 42,              /* (options, string) */
  OrtApi_RunOptionsGetRunLogVerbosityLevel = 43, /* (options, out int32) */
  OrtApi_RunOptionsGetRunLogSeverityLevel = 44, /* (options, out int32) */
  OrtApi_RunOptionsGetRunTag = 45,              /* (options, out string) */
  OrtApi_RunOptionsSetTerminate = 46,           /* (options) */
  OrtApi_RunOptionsUnsetTerminate = 47,         /* (options) */
  OrtApi_ReleaseRunOptions = 97,                /* (options) -> nothing */
  OrtApi_AddRunConfigEntry = 165,               /* (options, key, value) */
  OrtApi_CreateLoraAdapter = 280,               /* (path, allocator or NULL, out owned adapter) */
  OrtApi_CreateLoraAdapterFromArray = 281,      /* (bytes, size, allocator or NULL, out adapter) */
  OrtApi_ReleaseLoraAdapter = 282,              /* (adapter) -> nothing */
  OrtApi_RunOptionsAddActiveLoraAdapter = 283,  /* (options, adapter) */
  OrtApi_GetRunConfigEntry = 373,               /* (options, key) -> string or NULL */
  OrtApi_RunOptionsEnableProfiling = 415,       /* (options, path prefix) */
  OrtApi_RunOptionsDisableProfiling = 416,      /* (options) */

  /* values and their types */
  OrtApi_CreateTensorWithDataAsOrtValue = 49, /* (memory info, data, size, dimensions, dimension
                                                  count, element type, out owned value); seven
                                                  words; the data stays the caller's */
  OrtApi_IsTensor = 50,                    /* (value, out int32) */
  OrtApi_GetTensorMutableData = 51,        /* (value, out data) */
  OrtApi_CastTypeInfoToTensorInfo = 55,    /* (type, out tensor info, NULL if it is no tensor) */
  OrtApi_GetOnnxTypeFromTypeInfo = 56,     /* (type, out enum ONNXType) */
  OrtApi_GetTensorElementType = 60,        /* (tensor info, out element type) */
  OrtApi_GetDimensionsCount = 61,          /* (tensor info, out count) */
  OrtApi_GetDimensions = 62,               /* (tensor info, int64 array, count) */
  OrtApi_GetSymbolicDimensions = 63,       /* (tensor info, array of strings, count) */
  OrtApi_GetTensorTypeAndShape = 65,       /* (value, out owned tensor info) */
  OrtApi_CreateCpuMemoryInfo = 69,         /* (enum OrtAllocatorType, enum OrtMemType, out owned) */
  OrtApi_AllocatorFree = 76,               /* (allocator, memory) */
  OrtApi_GetAllocatorWithDefaultOptions = 78, /* (out allocator) */
  OrtApi_ReleaseValue = 96,                /* (value) -> nothing */
  OrtApi_ReleaseTypeInfo = 98,             /* (type) -> nothing */
  OrtApi_ReleaseTensorTypeAndShapeInfo = 99, /* (tensor info) -> nothing */
  OrtApi_GetTensorSizeInBytes = 318,       /* (value, out size) */

  /* model metadata */
  OrtApi_ModelMetadataGetProducerName = 112, /* (metadata, allocator, out string to free) */
  OrtApi_ModelMetadataGetGraphName = 113,    /* (metadata, allocator, out string to free) */
  OrtApi_ModelMetadataGetDomain = 114,       /* (metadata, allocator, out string to free) */
  OrtApi_ModelMetadataGetDescription = 115,  /* (metadata, allocator, out string to free) */
  OrtApi_ModelMetadataLookupCustomMetadataMap = 116, /* (metadata, allocator, key, out string) */
  OrtApi_ModelMetadataGetVersion = 117,      /* (metadata, out int64) */
  OrtApi_ReleaseModelMetadata = 118,         /* (metadata) -> nothing */
  OrtApi_ModelMetadataGetCustomMetadataMapKeys = 123, /* (metadata, allocator, out array of strings,
                                                          all to free, out int64 count) */
  OrtApi_ModelMetadataGetGraphDescription = 158, /* (metadata, allocator, out string to free) */

  /* input and output binding */
  OrtApi_RunWithBinding = 133,        /* (session, run options or NULL, binding) */
  OrtApi_CreateIoBinding = 134,       /* (session, out owned binding) */
  OrtApi_ReleaseIoBinding = 135,      /* (binding) -> nothing */
  OrtApi_BindInput = 136,             /* (binding, name, value) */
  OrtApi_BindOutput = 137,            /* (binding, name, value) */
  OrtApi_BindOutputToDevice = 138,    /* (binding, name, memory info) */
  OrtApi_GetBoundOutputNames = 139,   /* (binding, allocator, out names in a row without zeros, out
                                          array of lengths, both to free, out count) */
  OrtApi_GetBoundOutputValues = 140,  /* (binding, allocator, out array to free of owned values, out
                                          count) */
  OrtApi_ClearBoundInputs = 141,      /* (binding) -> nothing */
  OrtApi_ClearBoundOutputs = 142,     /* (binding) -> nothing */
  OrtApi_SynchronizeBoundInputs = 202,  /* (binding) */
  OrtApi_SynchronizeBoundOutputs = 203, /* (binding) */

  /* execution providers and their devices */
  OrtApi_GetCompileApi = 294,          /* () -> OrtCompileApi table */
  OrtApi_GetKeyValuePairs = 298,       /* (pairs, out keys, out values, out count) -> nothing */
  OrtApi_ReleaseKeyValuePairs = 300,   /* (pairs) -> nothing */
  OrtApi_RegisterExecutionProviderLibrary = 301,   /* (env, name, path) */
  OrtApi_UnregisterExecutionProviderLibrary = 302, /* (env, name) */
  OrtApi_GetEpDevices = 303,           /* (env, out array of devices, out count) */
  OrtApi_HardwareDevice_Type = 307,    /* (hardware) -> enum OrtHardwareDeviceType */
  OrtApi_HardwareDevice_VendorId = 308, /* (hardware) -> uint32 */
  OrtApi_HardwareDevice_Vendor = 309,  /* (hardware) -> string */
  OrtApi_HardwareDevice_DeviceId = 310, /* (hardware) -> uint32 */
  OrtApi_HardwareDevice_Metadata = 311, /* (hardware) -> pairs */
  OrtApi_EpDevice_EpName = 312,        /* (device) -> string */
  OrtApi_EpDevice_EpVendor = 313,      /* (device) -> string */
  OrtApi_EpDevice_EpMetadata = 314,    /* (device) -> pairs */
  OrtApi_EpDevice_EpOptions = 315,     /* (device) -> pairs */
  OrtApi_EpDevice_Device = 316,        /* (device) -> hardware */
  OrtApi_GetModelCompatibilityForEpDevices = 388, /* (array of devices, count, string, out enum
                                                      OrtCompiledModelCompatibility) */
  OrtApi_GetCompatibilityInfoFromModel = 404     /* (path, EP type, allocator, out string to free,
                                                      NULL if the model says nothing) */
};

/* The table of the model compiler, answered by OrtApi_GetCompileApi. */
enum OrtCompileApi {
  OrtCompileApi_ReleaseModelCompilationOptions = 0, /* (options) -> nothing */
  OrtCompileApi_CreateModelCompilationOptionsFromSessionOptions = 1, /* (env, session options, out
                                                                         owned options) */
  OrtCompileApi_ModelCompilationOptions_SetInputModelPath = 2,       /* (options, path) */
  OrtCompileApi_ModelCompilationOptions_SetInputModelFromBuffer = 3, /* (options, bytes, size) */
  OrtCompileApi_ModelCompilationOptions_SetOutputModelPath = 4,      /* (options, path) */
  OrtCompileApi_ModelCompilationOptions_SetOutputModelExternalInitializersFile = 5, /* (options,
                                                              path, size from which a tensor
                                                              goes there) */
  OrtCompileApi_ModelCompilationOptions_SetOutputModelBuffer = 6, /* (options, allocator, out bytes
                                                                      to free, out size) */
  OrtCompileApi_ModelCompilationOptions_SetEpContextEmbedMode = 7, /* (options, bool) */
  OrtCompileApi_CompileModel = 8,                                  /* (env, options) */
  OrtCompileApi_ModelCompilationOptions_SetFlags = 9, /* (options, enum OrtCompileApiFlags) */
  OrtCompileApi_ModelCompilationOptions_SetEpContextBinaryInformation = 10, /* (options, folder,
                                                                                model name) */
  OrtCompileApi_ModelCompilationOptions_SetGraphOptimizationLevel = 11 /* (options, enum
                                                                           GraphOptimizationLevel) */
};

/* What a status says. */
enum OrtErrorCode {
  ORT_OK = 0,
  ORT_FAIL = 1,
  ORT_INVALID_ARGUMENT = 2,
  ORT_NO_SUCHFILE = 3,
  ORT_NO_MODEL = 4,
  ORT_ENGINE_ERROR = 5,
  ORT_RUNTIME_EXCEPTION = 6,
  ORT_INVALID_PROTOBUF = 7,
  ORT_MODEL_LOADED = 8,
  ORT_NOT_IMPLEMENTED = 9,
  ORT_INVALID_GRAPH = 10,
  ORT_EP_FAIL = 11,
  ORT_MODEL_LOAD_CANCELED = 12,
  ORT_MODEL_REQUIRES_COMPILATION = 13,
  ORT_NOT_FOUND = 14,
  ORT_DEVICE_RESET = 15
};

/* How loud a log line is. */
enum OrtLoggingLevel {
  ORT_LOGGING_LEVEL_VERBOSE = 0,
  ORT_LOGGING_LEVEL_INFO = 1,
  ORT_LOGGING_LEVEL_WARNING = 2,
  ORT_LOGGING_LEVEL_ERROR = 3,
  ORT_LOGGING_LEVEL_FATAL = 4
};

/* Element types of tensors. */
enum ONNXTensorElementDataType {
  ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED = 0,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT = 1,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 = 2,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 = 3,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 = 4,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 = 5,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 = 6,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 = 7,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING = 8,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL = 9,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 = 10,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE = 11,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 = 12,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 = 13,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_COMPLEX64 = 14,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_COMPLEX128 = 15,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 = 16,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E4M3FN = 17,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E4M3FNUZ = 18,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E5M2 = 19,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E5M2FNUZ = 20,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT4 = 21,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_INT4 = 22,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT4E2M1 = 23,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT2 = 24,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_INT2 = 25,
  ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E8M0 = 26
};

/* What a model's input or output is. */
enum ONNXType {
  ONNX_TYPE_UNKNOWN = 0,
  ONNX_TYPE_TENSOR = 1,
  ONNX_TYPE_SEQUENCE = 2,
  ONNX_TYPE_MAP = 3,
  ONNX_TYPE_OPAQUE = 4,
  ONNX_TYPE_SPARSETENSOR = 5,
  ONNX_TYPE_OPTIONAL = 6
};

/* How far graphs are rewritten. */
enum GraphOptimizationLevel {
  ORT_DISABLE_ALL = 0,
  ORT_ENABLE_BASIC = 1,
  ORT_ENABLE_EXTENDED = 2,
  ORT_ENABLE_LAYOUT = 3,
  ORT_ENABLE_ALL = 99
};

/* Whether independent nodes run at once. */
enum ExecutionMode {
  ORT_SEQUENTIAL = 0,
  ORT_PARALLEL = 1
};

/* Kinds of allocators and memory; only what describes a caller's plain memory. */
enum OrtMemory {
  OrtArenaAllocator = 1,
  OrtMemTypeDefault = 0
};

/* Kinds of hardware. */
enum OrtHardwareDeviceType {
  OrtHardwareDeviceType_CPU = 0,
  OrtHardwareDeviceType_GPU = 1,
  OrtHardwareDeviceType_NPU = 2
};

/* Which device ONNX Runtime shall choose by itself. */
enum OrtExecutionProviderDevicePolicy {
  OrtExecutionProviderDevicePolicy_DEFAULT = 0,
  OrtExecutionProviderDevicePolicy_PREFER_CPU = 1,
  OrtExecutionProviderDevicePolicy_PREFER_NPU = 2,
  OrtExecutionProviderDevicePolicy_PREFER_GPU = 3,
  OrtExecutionProviderDevicePolicy_MAX_PERFORMANCE = 4,
  OrtExecutionProviderDevicePolicy_MAX_EFFICIENCY = 5,
  OrtExecutionProviderDevicePolicy_MIN_OVERALL_POWER = 6
};

/* What an EP says of a compiled model. */
enum OrtCompiledModelCompatibility {
  OrtCompiledModelCompatibility_EP_NOT_APPLICABLE = 0,
  OrtCompiledModelCompatibility_EP_SUPPORTED_OPTIMAL = 1,
  OrtCompiledModelCompatibility_EP_SUPPORTED_PREFER_RECOMPILATION = 2,
  OrtCompiledModelCompatibility_EP_UNSUPPORTED = 3
};

/* What the compiler shall treat as an error; bits. */
enum OrtCompileApiFlags {
  OrtCompileApiFlags_NONE = 0,
  OrtCompileApiFlags_ERROR_IF_NO_NODES_COMPILED = 1,
  OrtCompileApiFlags_ERROR_IF_OUTPUT_FILE_EXISTS = 2
};

/* Receives a log line: parameter, level, category, log id, place in the source, message. */
typedef void (*OrtLogLine)(void *, int, const char *, const char *, const char *, const char *);

/* Told when an asynchronous run ended: parameter, output values, their count, owned status. */
typedef void (*OrtRunDone)(void *, void *, unsigned long long, void *);
