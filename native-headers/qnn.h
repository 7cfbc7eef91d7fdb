/*
 * The slice of Qualcomm's QNN binary interface that npu4j calls, declared for jextract.
 *
 * Only the layout matters here: names, order, widths and numbers follow the interface, everything
 * else is ours. The numbers this file must reproduce are in src/test/resources/abi/qnn.txt and a
 * unit test compares them with what was generated.
 *
 * Rules of this file:
 *  - Integers have fixed widths, and 64 bits are "long long": a bare C "long" has 32 bits on Windows.
 *  - Handles are void*: all of them are opaque to the caller.
 *  - A slot of an interface table that npu4j does not call is a nameless bit-field: it keeps its place
 *    and generates nothing.
 *  - A slot that npu4j calls is a bare pointer: every argument travels in one machine word, and all
 *    functions are called through one linked shape (Downcall.words). All answer with a 64-bit code.
 *    Only what the library calls is declared as a function.
 *  - A member of a structure costs time when its class initialises. Members that Java does not read
 *    are gaps too, and the interface tables are numbers of slots: the structures of the tables are for
 *    C and not in the list of what jextract takes.
 *  - A structure is declared once and by the name the interface gives it.
 */
#ifndef NPU4J_QNN_H
#define NPU4J_QNN_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef int i32;
typedef unsigned int u32;
typedef unsigned long long u64;

/* ---- versions -------------------------------------------------------------------------------- */

typedef struct {
  u32 major;
  u32 minor;
  u32 patch;
} Qnn_Version_t;

typedef struct {
  Qnn_Version_t coreApiVersion;
  Qnn_Version_t backendApiVersion;
} Qnn_ApiVersion_t;

/* ---- element types, tensor kinds ------------------------------------------------------------- */

/* The low byte of a type is its width in bits, written as decimal digits: 0x0232 is a 32-bit float. */
enum {
  QNN_DATATYPE_INT_2 = 0x0002,
  QNN_DATATYPE_INT_4 = 0x0004,
  QNN_DATATYPE_INT_8 = 0x0008,
  QNN_DATATYPE_INT_16 = 0x0016,
  QNN_DATATYPE_INT_32 = 0x0032,
  QNN_DATATYPE_INT_64 = 0x0064,
  QNN_DATATYPE_UINT_2 = 0x0102,
  QNN_DATATYPE_UINT_4 = 0x0104,
  QNN_DATATYPE_UINT_8 = 0x0108,
  QNN_DATATYPE_UINT_16 = 0x0116,
  QNN_DATATYPE_UINT_32 = 0x0132,
  QNN_DATATYPE_UINT_64 = 0x0164,
  QNN_DATATYPE_FLOAT_4 = 0x0204,
  QNN_DATATYPE_FLOAT_8 = 0x0208,
  QNN_DATATYPE_FLOAT_16 = 0x0216,
  QNN_DATATYPE_BFLOAT_16 = 0x0226,
  QNN_DATATYPE_FLOAT_32 = 0x0232,
  QNN_DATATYPE_FLOAT_64 = 0x0264,
  QNN_DATATYPE_SFIXED_POINT_2 = 0x0302,
  QNN_DATATYPE_SFIXED_POINT_4 = 0x0304,
  QNN_DATATYPE_SFIXED_POINT_8 = 0x0308,
  QNN_DATATYPE_SFIXED_POINT_16 = 0x0316,
  QNN_DATATYPE_SFIXED_POINT_32 = 0x0332,
  QNN_DATATYPE_UFIXED_POINT_2 = 0x0402,
  QNN_DATATYPE_UFIXED_POINT_4 = 0x0404,
  QNN_DATATYPE_UFIXED_POINT_8 = 0x0408,
  QNN_DATATYPE_UFIXED_POINT_16 = 0x0416,
  QNN_DATATYPE_UFIXED_POINT_32 = 0x0432,
  QNN_DATATYPE_BOOL_8 = 0x0508,
  QNN_DATATYPE_STRING = 0x0608,
  QNN_DATATYPE_UNDEFINED = 0x7fffffff
};

enum {
  QNN_TENSOR_TYPE_APP_WRITE = 0,
  QNN_TENSOR_TYPE_APP_READ = 1,
  QNN_TENSOR_TYPE_APP_READWRITE = 2,
  QNN_TENSOR_TYPE_OPTIONAL_APP_WRITE = 11,
  QNN_TENSOR_TYPE_OPTIONAL_APP_READ = 12,
  QNN_TENSOR_TYPE_OPTIONAL_APP_READWRITE = 13
};

enum { QNN_TENSORMEMTYPE_RAW = 0, QNN_TENSORMEMTYPE_MEMHANDLE = 1 };

enum { QNN_TENSOR_VERSION_1 = 1, QNN_TENSOR_VERSION_2 = 2 };

/* ---- quantization ---------------------------------------------------------------------------- */

/* Everywhere below: real = (stored + offset) * scale. */

enum { QNN_DEFINITION_DEFINED = 1 };

enum {
  QNN_QUANTIZATION_ENCODING_SCALE_OFFSET = 0,
  QNN_QUANTIZATION_ENCODING_AXIS_SCALE_OFFSET = 1,
  QNN_QUANTIZATION_ENCODING_BW_SCALE_OFFSET = 2,
  QNN_QUANTIZATION_ENCODING_BW_AXIS_SCALE_OFFSET = 3,
  QNN_QUANTIZATION_ENCODING_BLOCK = 4,
  QNN_QUANTIZATION_ENCODING_BLOCKWISE_EXPANSION = 5,
  QNN_QUANTIZATION_ENCODING_VECTOR = 6,
  QNN_QUANTIZATION_ENCODING_FLOAT_BLOCK = 7,
  QNN_QUANTIZATION_ENCODING_BW_AXIS_SCALE_OFFSET_MAPPED = 8,
  QNN_QUANTIZATION_ENCODING_BW_BLOCK_MAPPED = 9,
  QNN_QUANTIZATION_ENCODING_BW_BLOCKWISE_EXPANSION_MAPPED = 10,
  QNN_QUANTIZATION_ENCODING_BW_FLOAT_BLOCK = 11,
  QNN_QUANTIZATION_ENCODING_MICROSCALING = 12,
  QNN_QUANTIZATION_ENCODING_ARRAY_OF = 13,
  QNN_QUANTIZATION_ENCODING_UNDEFINED = 0x7fffffff
};

typedef struct {
  float scale;
  i32 offset;
} Qnn_ScaleOffset_t;

typedef struct {
  i32 axis;
  u32 numScaleOffsets;
  Qnn_ScaleOffset_t *scaleOffset;
} Qnn_AxisScaleOffset_t;

typedef struct {
  u32 bitwidth;
  float scale;
  i32 offset;
} Qnn_BwScaleOffset_t;

typedef struct {
  u32 bitwidth;
  i32 axis;
  u32 numElements;
  float *scales;
  i32 *offsets;
} Qnn_BwAxisScaleOffset_t;

typedef struct {
  i32 axis;
  Qnn_ScaleOffset_t *scaleOffsets;
  u32 numBlocksPerAxis;
  u32 blockScaleBitwidth;
  u32 blockScaleStorageType;
  union {
    u8 *blocksScale8;
    u16 *blocksScale16;
  };
} Qnn_BlockwiseExpansion_t;

/* The other encodings only describe weights; npu4j names them and reads their first number. */
typedef struct {
  u32 encodingDefinition;
  u32 quantizationEncoding;
  union {
    Qnn_ScaleOffset_t scaleOffsetEncoding;
    Qnn_AxisScaleOffset_t axisScaleOffsetEncoding;
    Qnn_BwScaleOffset_t bwScaleOffsetEncoding;
    Qnn_BwAxisScaleOffset_t bwAxisScaleOffsetEncoding;
    Qnn_BlockwiseExpansion_t *blockwiseExpansion;
  };
} Qnn_QuantizeParams_t;

/* ---- tensors --------------------------------------------------------------------------------- */

typedef struct {
  void *data;
  u32 dataSize;
} Qnn_ClientBuffer_t;

typedef struct {
  u32 id;
  const char *name;
  u32 type;
  u32 dataFormat;
  u32 dataType;
  Qnn_QuantizeParams_t quantizeParams;
  u32 rank;
  u32 *dimensions;
  u32 memType;
  union {
    Qnn_ClientBuffer_t clientBuf;
    void *memHandle;
  };
} Qnn_TensorV1_t;

/* Begins as version 1 does, with 112 bytes; only the flags of dynamic dimensions are read. */
typedef struct {
  u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64;
  u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64;
  u8 *isDynamicDimensions;
  u64 : 64;
  u64 : 64;
} Qnn_TensorV2_t;

typedef struct {
  u32 version;
  union {
    Qnn_TensorV1_t v1;
    Qnn_TensorV2_t v2;
  };
} Qnn_Tensor_t;

/* ---- memory shared with the device ----------------------------------------------------------- */

enum { QNN_MEM_TYPE_ION = 1, QNN_MEM_TYPE_CUSTOM = 2, QNN_MEM_TYPE_DMA_BUF = 3 };

enum { QNN_HTP_MEM_SHARED_BUFFER = 1 };

typedef struct {
  u32 numDim;
  u32 *dimSize;
  const char *shapeConfig;
} Qnn_MemShape_t;

typedef struct {
  i32 fd;
} Qnn_MemIonInfo_t;

typedef struct {
  i32 fd;
  void *data;
} Qnn_MemDmaBufInfo_t;

typedef struct {
  Qnn_MemShape_t memShape;
  u32 dataType;
  u32 memType;
  union {
    Qnn_MemIonInfo_t ionInfo;
    void *customInfo;
    Qnn_MemDmaBufInfo_t dmaBufInfo;
  };
} Qnn_MemDescriptor_t;

typedef struct {
  i32 fd;
  u64 offset;
} QnnHtpMem_SharedBufferConfig_t;

/* What a custom memory descriptor points to on HTP: a place inside one shared buffer. */
typedef struct {
  u32 type;
  u64 size;
  union {
    QnnHtpMem_SharedBufferConfig_t sharedBufferConfig;
  };
} QnnMemHtp_Descriptor_t;

/* ---- configuration --------------------------------------------------------------------------- */

enum {
  QNN_PRIORITY_LOW = 0,
  QNN_PRIORITY_NORMAL_LOW = 50,
  QNN_PRIORITY_NORMAL = 100,
  QNN_PRIORITY_NORMAL_HIGH = 150,
  QNN_PRIORITY_HIGH = 200,
  QNN_PRIORITY_HIGH_PLUS = 300,
  QNN_PRIORITY_CRITICAL = 400,
  QNN_PRIORITY_CRITICAL_PLUS = 500
};

enum {
  QNN_CONTEXT_CONFIG_OPTION_CUSTOM = 0,
  QNN_CONTEXT_CONFIG_OPTION_PRIORITY = 1,
  QNN_CONTEXT_CONFIG_ASYNC_EXECUTION_QUEUE_DEPTH = 4,
  QNN_CONTEXT_CONFIG_ENABLE_GRAPHS = 5,
  QNN_CONTEXT_CONFIG_MEMORY_LIMIT_HINT = 6,
  QNN_CONTEXT_CONFIG_PERSISTENT_BINARY = 7,
  QNN_CONTEXT_CONFIG_BINARY_COMPATIBILITY = 8,
  QNN_CONTEXT_CONFIG_OPTION_DEFER_GRAPH_INIT = 9
};

enum { QNN_CONTEXT_BINARY_COMPATIBILITY_STRICT = 1 };

typedef struct {
  u32 type;
  u32 depth;
} QnnContext_AsyncExecutionQueueDepth_t;

typedef struct {
  u32 option;
  union {
    void *customConfig;
    u32 priority;
    QnnContext_AsyncExecutionQueueDepth_t asyncExeQueueDepth;
    const char *const *enableGraphs;
    u64 memoryLimitHint;
    u8 isPersistentBinary;
    u32 binaryCompatibilityType;
    u8 isGraphInitDeferred;
  };
} QnnContext_Config_t;

enum { QNN_HTP_CONTEXT_CONFIG_OPTION_FILE_READ_MEMORY_BUDGET = 3 };

typedef struct {
  void *firstGroupHandle;
  u64 maxSpillFillBuffer;
} QnnHtpContext_GroupRegistration_t;

typedef struct {
  u32 option;
  union {
    u64 fileReadMemoryBudgetInMb;
    QnnHtpContext_GroupRegistration_t groupRegistration;
  };
} QnnHtpContext_CustomConfig_t;

enum {
  QNN_GRAPH_CONFIG_OPTION_PRIORITY = 3,
  QNN_GRAPH_CONFIG_OPTION_SET_PROFILING_NUM_EXECUTIONS = 6
};

typedef struct {
  u32 option;
  union {
    void *customConfig;
    u32 priority;
    void *profileHandle;
    u32 profilingState;
    u32 numProfilingExecutions;
  };
} QnnGraph_Config_t;

enum { QNN_DEVICE_CONFIG_OPTION_CUSTOM = 0 };

typedef struct {
  u32 option;
  void *customConfig;
} QnnDevice_Config_t;

enum { QNN_HTP_DEVICE_CONFIG_OPTION_SOC = 0, QNN_HTP_DEVICE_CONFIG_OPTION_ARCH = 1 };

typedef struct {
  u32 deviceId;
  u32 arch;
} QnnHtpDevice_Minimum_Arch_t;

typedef struct {
  u32 option;
  union {
    u32 socModel;
    QnnHtpDevice_Minimum_Arch_t arch;
    void *htpExtension;
  };
} QnnHtpDevice_CustomConfig_t;

enum { QNN_SIGNAL_CONFIG_OPTION_ABORT = 1, QNN_SIGNAL_CONFIG_OPTION_TIMEOUT = 2 };

typedef struct {
  u32 option;
  u64 timeoutDurationUs;
} QnnSignal_Config_t;

/* ---- a context binary handed over piece by piece ----------------------------------------------- */

typedef struct {
  u64 offset;
  u64 size;
  u8 isBackendMappingNeeded;
} Qnn_ContextBinaryDataRequest_t;

typedef struct {
  void *memPtr;
  u64 dataStartOffset;
  u64 alignedSize;
} Qnn_ContextBinaryRawDataResponse_t;

typedef struct {
  void *memPtr;
  u64 memSize;
} Qnn_ContextBinaryRawDataMem_t;

typedef u64 (*Qnn_ContextBinaryRawDataProviderFn_t)(
    Qnn_ContextBinaryDataRequest_t request, Qnn_ContextBinaryRawDataResponse_t *response, void *param);
typedef u64 (*Qnn_ContextBinaryRawDataReleaseFn_t)(Qnn_ContextBinaryRawDataMem_t memory, void *param);

enum { QNN_CONTEXT_CALLBACK_RAW_BUFFER = 1 };

typedef struct {
  Qnn_ContextBinaryRawDataProviderFn_t dataProvide;
  Qnn_ContextBinaryRawDataReleaseFn_t dataRelease;
  void *notifyParam;
} Qnn_ContextBinaryRawBufferCallbackV1_t;

typedef struct {
  u32 version;
  union {
    Qnn_ContextBinaryRawBufferCallbackV1_t v1;
  };
} Qnn_ContextBinaryRawBufferCallback_t;

/* The interface also knows a callback over DMA buffers, of the same shape. */
typedef struct {
  u32 type;
  union {
    Qnn_ContextBinaryRawBufferCallback_t rawBufferCallback;
  };
} Qnn_ContextBinaryCallback_t;

/* ---- device and platform ----------------------------------------------------------------------- */

typedef struct {
  u64 vtcmSize;
  u32 socModel;
  u8 signedPdSupport;
  u32 arch;
} QnnHtpDevice_OnChipDeviceInfoExtension_t;

typedef struct {
  u32 devType;
  union {
    QnnHtpDevice_OnChipDeviceInfoExtension_t onChipDevice;
  };
} QnnHtpDevice_DeviceInfoExtension_t;

typedef struct {
  u32 deviceId;
  u32 : 32;
  u32 numCores;
  u64 : 64;
  QnnHtpDevice_DeviceInfoExtension_t *deviceInfoExtension;
} QnnDevice_HardwareDeviceInfoV1_t;

typedef struct {
  u32 version;
  union {
    QnnDevice_HardwareDeviceInfoV1_t v1;
  };
} QnnDevice_HardwareDeviceInfo_t;

typedef struct {
  u32 numHwDevices;
  QnnDevice_HardwareDeviceInfo_t *hwDevices;
} QnnDevice_PlatformInfoV1_t;

typedef struct {
  u32 version;
  union {
    QnnDevice_PlatformInfoV1_t v1;
  };
} QnnDevice_PlatformInfo_t;

/* ---- power of the HTP -------------------------------------------------------------------------- */

enum {
  QNN_HTP_PERF_INFRASTRUCTURE_POWER_CONFIGOPTION_DCVS_V3 = 1,
  QNN_HTP_PERF_INFRASTRUCTURE_POWER_CONFIGOPTION_RPC_CONTROL_LATENCY = 2,
  QNN_HTP_PERF_INFRASTRUCTURE_POWER_CONFIGOPTION_RPC_POLLING_TIME = 3
};

enum {
  QNN_HTP_PERF_INFRASTRUCTURE_POWERMODE_ADJUST_UP_DOWN = 1,
  QNN_HTP_PERF_INFRASTRUCTURE_POWERMODE_POWER_SAVER_MODE = 4,
  QNN_HTP_PERF_INFRASTRUCTURE_POWERMODE_PERFORMANCE_MODE = 16
};

enum {
  DCVS_VOLTAGE_VCORNER_MIN_VOLTAGE_CORNER = 32,
  DCVS_VOLTAGE_VCORNER_SVS2 = 48,
  DCVS_VOLTAGE_VCORNER_SVS = 64,
  DCVS_VOLTAGE_VCORNER_NOM = 96,
  DCVS_VOLTAGE_VCORNER_TURBO = 128,
  DCVS_VOLTAGE_VCORNER_MAX_VOLTAGE_CORNER = 160
};

typedef struct {
  u32 contextId;
  u32 setDcvsEnable;
  u32 dcvsEnable;
  u32 powerMode;
  u32 setSleepLatency;
  u32 sleepLatency;
  u32 setSleepDisable;
  u32 sleepDisable;
  u32 setBusParams;
  u32 busVoltageCornerMin;
  u32 busVoltageCornerTarget;
  u32 busVoltageCornerMax;
  u32 setCoreParams;
  u32 coreVoltageCornerMin;
  u32 coreVoltageCornerTarget;
  u32 coreVoltageCornerMax;
} QnnHtpPerfInfrastructure_DcvsV3_t;

typedef struct {
  u32 option;
  union {
    QnnHtpPerfInfrastructure_DcvsV3_t dcvsV3Config;
    u32 rpcControlLatencyConfig;
    u32 rpcPollingTimeConfig;
  };
} QnnHtpPerfInfrastructure_PowerConfig_t;

enum { QNN_HTP_DEVICE_INFRASTRUCTURE_TYPE_PERF = 0 };

typedef struct {
  void *createPowerConfigId; /* (device, core, id) */
  void *destroyPowerConfigId; /* (id) */
  void *setPowerConfig; /* (id, configs) */
  u64 : 64; /* setMemoryConfig */
} QnnHtpDevice_PerfInfrastructure_t;

typedef struct {
  u32 infraType;
  union {
    QnnHtpDevice_PerfInfrastructure_t perfInfra;
  };
} QnnHtpDevice_Infrastructure_t;

/* ---- profile ----------------------------------------------------------------------------------- */

enum { QNN_PROFILE_LEVEL_BASIC = 1, QNN_PROFILE_LEVEL_DETAILED = 2 };

typedef struct {
  u32 type;
  u32 unit;
  u64 value;
  const char *identifier;
} QnnProfile_EventData_t;

/* A value with its type; the union is read by that type. */
typedef struct {
  u32 dataType;
  union {
    float floatValue;
    double doubleValue;
    u64 uint64Value;
  };
} Qnn_Scalar_t;

/* Never read; it gives the union below its size. */
typedef struct {
  u64 : 64;
  u64 : 64;
  const char *fileName;
} QnnProfile_BackendOpaqueObject_t;

typedef struct {
  u32 type;
  u32 unit;
  union {
    Qnn_Scalar_t value;
    QnnProfile_BackendOpaqueObject_t backendOpaqueObject;
  };
  u64 timestamp;
  const char *identifier;
} QnnProfile_ExtendedEventDataV1_t;

typedef struct {
  u32 version;
  union {
    QnnProfile_ExtendedEventDataV1_t v1;
  };
} QnnProfile_ExtendedEventData_t;

/* ---- callbacks --------------------------------------------------------------------------------- */

enum {
  QNN_LOG_LEVEL_ERROR = 1,
  QNN_LOG_LEVEL_WARN = 2,
  QNN_LOG_LEVEL_INFO = 3,
  QNN_LOG_LEVEL_VERBOSE = 4,
  QNN_LOG_LEVEL_DEBUG = 5
};

/*
 * The argument list travels as a pointer on every platform npu4j knows: as an array type on x86-64
 * System V, by reference on 64-bit ARM Linux, as a char* on Windows.
 */
typedef void (*QnnLog_Callback_t)(const char *format, u32 level, u64 timestamp, void *arguments);

typedef struct {
  u64 error;
} Qnn_NotifyStatus_t;

typedef void (*Qnn_NotifyFn_t)(void *param, Qnn_NotifyStatus_t status);

/* ---- the core interface ------------------------------------------------------------------------ */

typedef struct {
  void *propertyHasCapability; /* (key) */
  void *backendCreate; /* (log, configs, backend) */
  u64 : 64; /* backendSetConfig */
  void *backendGetApiVersion; /* (version) */
  void *backendGetBuildId; /* (id) */
  u64 : 64; /* backendRegisterOpPackage */
  u64 : 64; /* backendGetSupportedOperations */
  u64 : 64; /* backendValidateOpConfig */
  void *backendFree; /* (backend) */
  u64 : 64; /* contextCreate */
  void *contextSetConfig; /* (context, configs) */
  u64 : 64; /* contextGetBinarySize */
  u64 : 64; /* contextGetBinary */
  void *contextCreateFromBinary; /* (backend, device, configs, binary, size, context, profile) */
  void *contextFree; /* (context, profile) */
  u64 : 64; /* graphCreate */
  u64 : 64; /* graphCreateSubgraph */
  void *graphSetConfig; /* (graph, configs) */
  u64 : 64; /* graphAddNode */
  u64 : 64; /* graphFinalize */
  void *graphRetrieve; /* (context, name, graph) */
  void *graphExecute; /* (graph, inputs, inputCount, outputs, outputCount, profile, signal) */
  void *graphExecuteAsync; /* (graph, inputs, inputCount, outputs, outputCount, profile, signal,
                              notify, param) */
  u64 : 64; /* tensorCreateContextTensor */
  u64 : 64; /* tensorCreateGraphTensor */
  void *logCreate; /* (callback, level, log) */
  void *logSetLogLevel; /* (log, level) */
  void *logFree; /* (log) */
  void *profileCreate; /* (backend, level, profile) */
  u64 : 64; /* profileSetConfig */
  void *profileGetEvents; /* (profile, events, count) */
  void *profileGetSubEvents; /* (event, events, count) */
  void *profileGetEventData; /* (event, data) */
  void *profileGetExtendedEventData; /* (event, data) */
  void *profileFree; /* (profile) */
  void *memRegister; /* (context, descriptors, count, handles) */
  void *memDeRegister; /* (handles, count) */
  void *deviceGetPlatformInfo; /* (log, info) */
  void *deviceFreePlatformInfo; /* (log, info) */
  void *deviceGetInfrastructure; /* (infrastructure) */
  void *deviceCreate; /* (log, configs, device) */
  u64 : 64; /* deviceSetConfig */
  u64 : 64; /* deviceGetInfo */
  void *deviceFree; /* (device) */
  void *signalCreate; /* (backend, configs, signal) */
  void *signalSetConfig; /* (signal, configs) */
  void *signalTrigger; /* (signal) */
  void *signalFree; /* (signal) */
  void *errorGetMessage; /* (error, message) */
  void *errorGetVerboseMessage; /* (error, message) */
  void *errorFreeVerboseMessage; /* (message) */
  u64 : 64; /* graphPrepareExecutionEnvironment */
  u64 : 64; /* graphReleaseExecutionEnvironment */
  u64 : 64; /* graphGetProperty */
  void *contextValidateBinary; /* (backend, device, configs, binary, size) */
  u64 : 64; /* contextCreateFromBinaryWithSignal */
  u64 : 64; /* contextCreateFromBinaryListAsync */
  u64 : 64; /* tensorUpdateGraphTensors */
  u64 : 64; /* tensorUpdateContextTensors */
  u64 : 64; /* contextGetBinarySectionSize */
  u64 : 64; /* contextGetBinarySection */
  u64 : 64; /* contextApplyBinarySection */
  u64 : 64; /* backendGetProperty */
  u64 : 64; /* contextGetProperty */
  u64 : 64; /* contextGetIncrementalBinary */
  u64 : 64; /* contextReleaseIncrementalBinary */
  u64 : 64; /* contextFinalize */
  u64 : 64; /* globalConfigSet */
  void *contextCreateFromBinaryWithCallback; /* (backend, device, configs, callback, binary, size,
                                                context, profile, signal) */
  u64 : 64; /* contextGetBinarySectionUpdate */
  u64 : 64; /* contextFreeBinarySectionUpdate */
  u64 : 64; /* contextAddToDlc */
} QnnInterface_ImplementationV2_37_t;

/* The slots of the table above. */
enum {
  QnnInterface_propertyHasCapability = 0,
  QnnInterface_backendCreate = 1,
  QnnInterface_backendGetApiVersion = 3,
  QnnInterface_backendGetBuildId = 4,
  QnnInterface_backendFree = 8,
  QnnInterface_contextSetConfig = 10,
  QnnInterface_contextCreateFromBinary = 13,
  QnnInterface_contextFree = 14,
  QnnInterface_graphSetConfig = 17,
  QnnInterface_graphRetrieve = 20,
  QnnInterface_graphExecute = 21,
  QnnInterface_graphExecuteAsync = 22,
  QnnInterface_logCreate = 25,
  QnnInterface_logSetLogLevel = 26,
  QnnInterface_logFree = 27,
  QnnInterface_profileCreate = 28,
  QnnInterface_profileGetEvents = 30,
  QnnInterface_profileGetSubEvents = 31,
  QnnInterface_profileGetEventData = 32,
  QnnInterface_profileGetExtendedEventData = 33,
  QnnInterface_profileFree = 34,
  QnnInterface_memRegister = 35,
  QnnInterface_memDeRegister = 36,
  QnnInterface_deviceGetPlatformInfo = 37,
  QnnInterface_deviceFreePlatformInfo = 38,
  QnnInterface_deviceGetInfrastructure = 39,
  QnnInterface_deviceCreate = 40,
  QnnInterface_deviceFree = 43,
  QnnInterface_signalCreate = 44,
  QnnInterface_signalSetConfig = 45,
  QnnInterface_signalTrigger = 46,
  QnnInterface_signalFree = 47,
  QnnInterface_errorGetMessage = 48,
  QnnInterface_errorGetVerboseMessage = 49,
  QnnInterface_errorFreeVerboseMessage = 50,
  QnnInterface_contextValidateBinary = 54,
  QnnInterface_contextCreateFromBinaryWithCallback = 68
};

/* What QnnInterface_t begins with; the table follows. */
typedef struct {
  u32 backendId;
  const char *providerName;
  Qnn_ApiVersion_t apiVersion;
} QnnInterface_Head_t;

typedef struct {
  u32 backendId;
  const char *providerName;
  Qnn_ApiVersion_t apiVersion;
  union {
    QnnInterface_ImplementationV2_37_t v2_37;
  };
} QnnInterface_t;

/* ---- what is inside a context binary ----------------------------------------------------------- */

typedef struct {
  const char *graphName;
  u32 numGraphInputs;
  Qnn_Tensor_t *graphInputs;
  u32 numGraphOutputs;
  Qnn_Tensor_t *graphOutputs;
} QnnSystemContext_GraphInfoV1_t;

/* Begins as version 1 does; what version 2 adds (updateable tensors) is not read. */
typedef struct {
  u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64;
  u64 : 64;
  u64 : 64;
  u32 graphBlobInfoSize;
  void *graphBlobInfo;
  u32 : 32; /* the graph's first and last operation */
  u32 : 32;
} QnnSystemContext_GraphInfoV3_t;

typedef struct {
  u32 version;
  union {
    QnnSystemContext_GraphInfoV1_t graphInfoV1;
    QnnSystemContext_GraphInfoV3_t graphInfoV3;
  };
} QnnSystemContext_GraphInfo_t;

typedef struct {
  u32 backendId;
  const char *buildId;
  Qnn_Version_t coreApiVersion;
  Qnn_Version_t backendApiVersion;
  const char *socVersion;
  u32 : 32; /* the version of the hardware blob, three numbers */
  u32 : 32;
  u32 : 32;
  Qnn_Version_t contextBlobVersion;
  u32 hwInfoBlobSize;
  void *hwInfoBlob;
  u64 contextBlobSize;
  u64 : 64; /* tensors of the context */
  u64 : 64;
  u32 numGraphs;
  QnnSystemContext_GraphInfo_t *graphs;
} QnnSystemContext_BinaryInfoV1_t;

/* Begins as version 1 does, up to the name of the SoC. */
typedef struct {
  u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64;
  Qnn_Version_t contextBlobVersion;
  u32 : 32;
  u64 contextBlobSize;
  u64 : 64; /* tensors of the context */
  u64 : 64;
  u32 numGraphs;
  QnnSystemContext_GraphInfo_t *graphs;
  u64 : 64; /* the platform, and metadata */
  u64 : 64;
  u64 : 64;
  u32 socModel;
} QnnSystemContext_BinaryInfoV3_t;

/* Version 2 is version 1 with a pointer to the platform behind it, which is not used. */
typedef struct {
  u32 version;
  union {
    QnnSystemContext_BinaryInfoV1_t contextBinaryInfoV1;
    QnnSystemContext_BinaryInfoV3_t contextBinaryInfoV3;
  };
} QnnSystemContext_BinaryInfo_t;

/* ---- what HTP adds to it, as blobs ------------------------------------------------------------- */

typedef struct {
  u32 graphListIndex;
  u64 spillFillBufferSize;
} QnnHtpSystemContext_HwBlobInfoV1_t;

typedef struct {
  u32 version;
  union {
    QnnHtpSystemContext_HwBlobInfoV1_t contextBinaryHwInfoBlobV1_t;
  };
} QnnHtpSystemContext_HwBlobInfo_t;

typedef struct {
  u64 spillFillBufferSize;
  u32 vtcmSize;
  u32 optimizationLevel;
  u64 : 64; /* whether the link to memory compresses */
  u64 numHvxThreads;
} QnnHtpSystemContext_GraphBlobInfoV1_t;

typedef struct {
  u32 version;
  union {
    QnnHtpSystemContext_GraphBlobInfoV1_t contextBinaryGraphBlobInfoV1;
  };
} QnnHtpSystemContext_GraphBlobInfo_t;

/* Follows the one above in the same blob. */
typedef struct {
  u32 version;
  u64 : 64; /* what concerns a KV cache in the native layout, and shared inputs */
  u64 : 64;
  u64 : 64;
  u64 ioTensorSize;
  u64 opDataSize;
  u64 constSize;
  u64 ddrTensorSize;
  u64 sharedWeightsSize;
} QnnHtpSystemContext_GraphBlobInfoV2_t;

/* ---- the system interface ---------------------------------------------------------------------- */

typedef struct {
  void *systemContextCreate; /* (system) */
  void *systemContextGetBinaryInfo; /* (system, binary, size, info, infoSize) */
  u64 : 64; /* systemContextGetMetaData */
  void *systemContextFree; /* (system) */
  u64 : 64; /* 23 more: tensors, logs, DLC files, profiles written to files */
  u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64;
  u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64;
  u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64; u64 : 64;
} QnnSystemInterface_ImplementationV1_12_t;

/* The slots of the table above. */
enum {
  QnnSystemInterface_systemContextCreate = 0,
  QnnSystemInterface_systemContextGetBinaryInfo = 1,
  QnnSystemInterface_systemContextFree = 3
};

/* What QnnSystemInterface_t begins with; the table follows. */
typedef struct {
  u32 backendId;
  const char *providerName;
  Qnn_Version_t systemApiVersion;
} QnnSystemInterface_Head_t;

typedef struct {
  u32 backendId;
  const char *providerName;
  Qnn_Version_t systemApiVersion;
  union {
    QnnSystemInterface_ImplementationV1_12_t v1_12;
  };
} QnnSystemInterface_t;

/* ---- sizes and offsets ------------------------------------------------------------------------- */

/*
 * Of what a first run touches: Java reads and writes these members by their offsets. A class for
 * each structure would cost 0.3 ms when it initialises, and a first run needs two dozen.
 */
#define SIZE(structure) structure##_bytes = sizeof(structure)
#define OFFSET(structure, member) structure##_##member = __builtin_offsetof(structure, member)

enum {
  OFFSET(QnnDevice_HardwareDeviceInfoV1_t, deviceId),
  OFFSET(QnnDevice_HardwareDeviceInfoV1_t, numCores),
  OFFSET(QnnDevice_HardwareDeviceInfoV1_t, deviceInfoExtension),
  SIZE(QnnDevice_HardwareDeviceInfo_t),
  OFFSET(QnnDevice_HardwareDeviceInfo_t, v1),
  OFFSET(QnnDevice_PlatformInfoV1_t, numHwDevices),
  OFFSET(QnnDevice_PlatformInfoV1_t, hwDevices),
  SIZE(QnnDevice_PlatformInfo_t),
  OFFSET(QnnDevice_PlatformInfo_t, v1),
  SIZE(QnnHtpDevice_DeviceInfoExtension_t),
  OFFSET(QnnHtpDevice_DeviceInfoExtension_t, onChipDevice),
  OFFSET(QnnHtpDevice_OnChipDeviceInfoExtension_t, vtcmSize),
  OFFSET(QnnHtpDevice_OnChipDeviceInfoExtension_t, socModel),
  OFFSET(QnnHtpDevice_OnChipDeviceInfoExtension_t, signedPdSupport),
  OFFSET(QnnHtpDevice_OnChipDeviceInfoExtension_t, arch),
  OFFSET(QnnHtpSystemContext_GraphBlobInfoV1_t, spillFillBufferSize),
  OFFSET(QnnHtpSystemContext_GraphBlobInfoV1_t, vtcmSize),
  OFFSET(QnnHtpSystemContext_GraphBlobInfoV1_t, optimizationLevel),
  OFFSET(QnnHtpSystemContext_GraphBlobInfoV1_t, numHvxThreads),
  SIZE(QnnHtpSystemContext_GraphBlobInfoV2_t),
  OFFSET(QnnHtpSystemContext_GraphBlobInfoV2_t, version),
  OFFSET(QnnHtpSystemContext_GraphBlobInfoV2_t, ioTensorSize),
  OFFSET(QnnHtpSystemContext_GraphBlobInfoV2_t, opDataSize),
  OFFSET(QnnHtpSystemContext_GraphBlobInfoV2_t, constSize),
  OFFSET(QnnHtpSystemContext_GraphBlobInfoV2_t, ddrTensorSize),
  OFFSET(QnnHtpSystemContext_GraphBlobInfoV2_t, sharedWeightsSize),
  SIZE(QnnHtpSystemContext_GraphBlobInfo_t),
  OFFSET(QnnHtpSystemContext_GraphBlobInfo_t, version),
  OFFSET(QnnHtpSystemContext_GraphBlobInfo_t, contextBinaryGraphBlobInfoV1),
  OFFSET(QnnHtpSystemContext_HwBlobInfoV1_t, spillFillBufferSize),
  SIZE(QnnHtpSystemContext_HwBlobInfo_t),
  OFFSET(QnnHtpSystemContext_HwBlobInfo_t, version),
  OFFSET(QnnHtpSystemContext_HwBlobInfo_t, contextBinaryHwInfoBlobV1_t),
  SIZE(QnnInterface_Head_t),
  OFFSET(QnnInterface_Head_t, backendId),
  OFFSET(QnnInterface_Head_t, providerName),
  OFFSET(QnnInterface_Head_t, apiVersion),
  OFFSET(QnnSystemContext_BinaryInfoV1_t, backendId),
  OFFSET(QnnSystemContext_BinaryInfoV1_t, buildId),
  OFFSET(QnnSystemContext_BinaryInfoV1_t, coreApiVersion),
  OFFSET(QnnSystemContext_BinaryInfoV1_t, backendApiVersion),
  OFFSET(QnnSystemContext_BinaryInfoV1_t, socVersion),
  OFFSET(QnnSystemContext_BinaryInfoV1_t, contextBlobVersion),
  OFFSET(QnnSystemContext_BinaryInfoV1_t, hwInfoBlobSize),
  OFFSET(QnnSystemContext_BinaryInfoV1_t, hwInfoBlob),
  OFFSET(QnnSystemContext_BinaryInfoV1_t, contextBlobSize),
  OFFSET(QnnSystemContext_BinaryInfoV1_t, numGraphs),
  OFFSET(QnnSystemContext_BinaryInfoV1_t, graphs),
  OFFSET(QnnSystemContext_BinaryInfoV3_t, contextBlobVersion),
  OFFSET(QnnSystemContext_BinaryInfoV3_t, contextBlobSize),
  OFFSET(QnnSystemContext_BinaryInfoV3_t, numGraphs),
  OFFSET(QnnSystemContext_BinaryInfoV3_t, graphs),
  OFFSET(QnnSystemContext_BinaryInfoV3_t, socModel),
  SIZE(QnnSystemContext_BinaryInfo_t),
  OFFSET(QnnSystemContext_BinaryInfo_t, version),
  OFFSET(QnnSystemContext_BinaryInfo_t, contextBinaryInfoV1),
  OFFSET(QnnSystemContext_BinaryInfo_t, contextBinaryInfoV3),
  OFFSET(QnnSystemContext_GraphInfoV1_t, graphName),
  OFFSET(QnnSystemContext_GraphInfoV1_t, numGraphInputs),
  OFFSET(QnnSystemContext_GraphInfoV1_t, graphInputs),
  OFFSET(QnnSystemContext_GraphInfoV1_t, numGraphOutputs),
  OFFSET(QnnSystemContext_GraphInfoV1_t, graphOutputs),
  OFFSET(QnnSystemContext_GraphInfoV3_t, graphBlobInfoSize),
  OFFSET(QnnSystemContext_GraphInfoV3_t, graphBlobInfo),
  SIZE(QnnSystemContext_GraphInfo_t),
  OFFSET(QnnSystemContext_GraphInfo_t, version),
  OFFSET(QnnSystemContext_GraphInfo_t, graphInfoV1),
  OFFSET(QnnSystemContext_GraphInfo_t, graphInfoV3),
  SIZE(QnnSystemInterface_Head_t),
  OFFSET(QnnSystemInterface_Head_t, providerName),
  OFFSET(QnnSystemInterface_Head_t, systemApiVersion),
  SIZE(Qnn_ApiVersion_t),
  OFFSET(Qnn_ApiVersion_t, coreApiVersion),
  OFFSET(Qnn_ApiVersion_t, backendApiVersion),
  OFFSET(Qnn_AxisScaleOffset_t, axis),
  OFFSET(Qnn_AxisScaleOffset_t, numScaleOffsets),
  OFFSET(Qnn_AxisScaleOffset_t, scaleOffset),
  SIZE(Qnn_BlockwiseExpansion_t),
  OFFSET(Qnn_BlockwiseExpansion_t, axis),
  OFFSET(Qnn_BlockwiseExpansion_t, numBlocksPerAxis),
  OFFSET(Qnn_BlockwiseExpansion_t, blockScaleBitwidth),
  OFFSET(Qnn_BwAxisScaleOffset_t, axis),
  OFFSET(Qnn_BwAxisScaleOffset_t, numElements),
  OFFSET(Qnn_BwAxisScaleOffset_t, scales),
  OFFSET(Qnn_BwAxisScaleOffset_t, offsets),
  OFFSET(Qnn_BwScaleOffset_t, scale),
  OFFSET(Qnn_BwScaleOffset_t, offset),
  OFFSET(Qnn_ClientBuffer_t, data),
  OFFSET(Qnn_ClientBuffer_t, dataSize),
  OFFSET(Qnn_QuantizeParams_t, encodingDefinition),
  OFFSET(Qnn_QuantizeParams_t, quantizationEncoding),
  OFFSET(Qnn_QuantizeParams_t, scaleOffsetEncoding),
  OFFSET(Qnn_QuantizeParams_t, axisScaleOffsetEncoding),
  OFFSET(Qnn_QuantizeParams_t, bwScaleOffsetEncoding),
  OFFSET(Qnn_QuantizeParams_t, bwAxisScaleOffsetEncoding),
  OFFSET(Qnn_QuantizeParams_t, blockwiseExpansion),
  SIZE(Qnn_ScaleOffset_t),
  OFFSET(Qnn_ScaleOffset_t, scale),
  OFFSET(Qnn_ScaleOffset_t, offset),
  OFFSET(Qnn_TensorV1_t, id),
  OFFSET(Qnn_TensorV1_t, name),
  OFFSET(Qnn_TensorV1_t, type),
  OFFSET(Qnn_TensorV1_t, dataFormat),
  OFFSET(Qnn_TensorV1_t, dataType),
  OFFSET(Qnn_TensorV1_t, quantizeParams),
  OFFSET(Qnn_TensorV1_t, rank),
  OFFSET(Qnn_TensorV1_t, dimensions),
  OFFSET(Qnn_TensorV1_t, memType),
  OFFSET(Qnn_TensorV1_t, clientBuf),
  OFFSET(Qnn_TensorV1_t, memHandle),
  OFFSET(Qnn_TensorV2_t, isDynamicDimensions),
  SIZE(Qnn_Tensor_t),
  OFFSET(Qnn_Tensor_t, version),
  OFFSET(Qnn_Tensor_t, v1),
  OFFSET(Qnn_Tensor_t, v2),
  OFFSET(Qnn_Version_t, major),
  OFFSET(Qnn_Version_t, minor),
  OFFSET(Qnn_Version_t, patch)
};

#undef SIZE
#undef OFFSET

#endif
