/*
 * RunWithBinding in a loop, in C, over a model of float tensors with static shapes.
 *
 * ort_loop ONNXRUNTIME MODEL CASE BATCHES CALLS
 */
#include <stdbool.h>

#include "bench.h"
#include "ort.h"

/* Functions of the table by what they take; the status comes back, NULL when all went well. */
typedef void *(*Take1)(void *);
typedef void *(*Take2)(void *, void *);
typedef void *(*Take3)(void *, void *, void *);
typedef void *(*TakeIndexed)(void *, size_t, void *, void *);
typedef void *(*TakePath)(void *, const char *, void *, void *);

static void *const *ort;

static void check_ort(void *status, const char *function) {
  if (status != NULL) {
    die(function, ((const char *(*)(void *))ort[OrtApi_GetErrorMessage])(status));
  }
}

static void drop_line(void *parameter, int level, const char *category, const char *id,
                      const char *place, const char *message) {
  (void)parameter;
  (void)level;
  (void)category;
  (void)id;
  (void)place;
  (void)message;
}

static void fill(float *values, int64_t length, int number) {
  for (int64_t i = 0; i < length; i++) {
    values[i] = (float)(i % 97) * 0.25f + (float)number; /* as in Expected.java */
  }
}

/* A tensor over zeroed memory of its own, of the type and shape that a type info says. */
static void *tensor_for(void *type, void *memory_info, float **data, int64_t *elements) {
  void *info = NULL;
  check_ort(((Take2)ort[OrtApi_CastTypeInfoToTensorInfo])(type, &info), "CastTypeInfoToTensorInfo");
  size_t rank = 0;
  check_ort(((Take2)ort[OrtApi_GetDimensionsCount])(info, &rank), "GetDimensionsCount");
  int64_t shape[8];
  if (rank > 8) {
    die("the model", "more than 8 dimensions");
  }
  check_ort(((void *(*)(void *, int64_t *, size_t))ort[OrtApi_GetDimensions])(info, shape, rank),
            "GetDimensions");
  *elements = 1;
  for (size_t axis = 0; axis < rank; axis++) {
    *elements *= shape[axis];
  }
  size_t bytes = (size_t)*elements * sizeof(float);
  *data = aligned_alloc(64, (bytes + 63) / 64 * 64);
  memset(*data, 0, bytes);
  void *value = NULL;
  typedef void *(*CreateTensor)(void *, void *, size_t, const int64_t *, size_t, int, void **);
  check_ort(((CreateTensor)ort[OrtApi_CreateTensorWithDataAsOrtValue])(
                memory_info, *data, bytes, shape, rank, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT,
                &value),
            "CreateTensorWithDataAsOrtValue");
  return value;
}

int main(int argc, char **argv) {
  if (argc != 6) {
    die(argv[0], "ONNXRUNTIME MODEL CASE BATCHES CALLS");
  }
  long batches = count_argument(argv[4], "BATCHES");
  long calls = count_argument(argv[5], "CALLS");
  void *found = find_symbol(load_library(argv[1]), "OrtGetApiBase");
  void *const *(*get_base)(void);
  memcpy(&get_base, &found, sizeof get_base);
  ort = ((void *const *(*)(uint32_t))get_base()[OrtApiBase_GetApi])(ORT_TABLE_VERSION);
  if (ort == NULL) {
    die(argv[1], "an older version of ONNX Runtime");
  }

  void *environment = NULL;
  void *options = NULL;
  void *session = NULL;
  void *binding = NULL;
  void *memory_info = NULL;
  void *allocator = NULL;
  typedef void *(*CreateEnv)(OrtLogLine, void *, int, const char *, void **);
  check_ort(((CreateEnv)ort[OrtApi_CreateEnvWithCustomLogger])(
                drop_line, NULL, ORT_LOGGING_LEVEL_ERROR, "bench", &environment),
            "CreateEnvWithCustomLogger");
  check_ort(((Take1)ort[OrtApi_CreateSessionOptions])(&options), "CreateSessionOptions");
  check_ort(((void *(*)(void *, int))ort[OrtApi_SetIntraOpNumThreads])(options, 1),
            "SetIntraOpNumThreads");
  check_ort(((TakePath)ort[OrtApi_CreateSession])(environment, argv[2], options, &session),
            "CreateSession");
  check_ort(((Take2)ort[OrtApi_CreateIoBinding])(session, &binding), "CreateIoBinding");
  check_ort(((void *(*)(int, int, void **))ort[OrtApi_CreateCpuMemoryInfo])(
                OrtArenaAllocator, OrtMemTypeDefault, &memory_info),
            "CreateCpuMemoryInfo");
  check_ort(((Take1)ort[OrtApi_GetAllocatorWithDefaultOptions])(&allocator),
            "GetAllocatorWithDefaultOptions");

  size_t inputs = 0;
  check_ort(((Take2)ort[OrtApi_SessionGetInputCount])(session, &inputs), "SessionGetInputCount");
  float *data = NULL;
  int64_t elements = 0;
  for (size_t i = 0; i <= inputs; i++) { /* the last one is the output */
    bool input = i < inputs;
    void *type = NULL;
    char *name = NULL;
    typedef void *(*GetType)(void *, size_t, void **);
    check_ort(((GetType)ort[input ? OrtApi_SessionGetInputTypeInfo : OrtApi_SessionGetOutputTypeInfo])(
                  session, input ? i : 0, &type),
              "SessionGetTypeInfo");
    check_ort(((TakeIndexed)ort[input ? OrtApi_SessionGetInputName : OrtApi_SessionGetOutputName])(
                  session, input ? i : 0, allocator, &name),
              "SessionGetName");
    void *value = tensor_for(type, memory_info, &data, &elements);
    if (input) {
      fill(data, elements, (int)i);
    }
    check_ort(((Take3)ort[input ? OrtApi_BindInput : OrtApi_BindOutput])(binding, name, value),
              "Bind");
  }

  Take3 run = (Take3)ort[OrtApi_RunWithBinding];
  check_ort(run(session, NULL, binding), "RunWithBinding");
  for (int64_t i = 0; i < elements; i++) { /* a sum of all inputs, whether one (Identity) or two */
    float right = 0;
    for (size_t number = 0; number < inputs; number++) {
      right += (float)(i % 97) * 0.25f + (float)number;
    }
    if (data[i] != right) {
      die(argv[2], "answered wrongly; nothing is timed");
    }
  }

  double *samples = calloc((size_t)batches, sizeof *samples);
  for (long batch = -1; batch < batches; batch++) { /* the first one warms up */
    int64_t start = now_ns();
    for (long i = 0; i < calls; i++) {
      void *status = run(session, NULL, binding);
      if (status != NULL) {
        check_ort(status, "RunWithBinding");
      }
    }
    if (batch >= 0) {
      samples[batch] = (double)(now_ns() - start) / (double)calls;
    }
  }
  print_series(stdout, "CallOverhead", argv[3], "c", "ns/op", samples, batches);
  return 0;
}
