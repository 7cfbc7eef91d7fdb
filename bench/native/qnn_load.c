/*
 * The calls of a direct load, in C: map, introspect, create, retrieve, close, again and again.
 *
 * qnn_load BACKEND SYSTEM FILE CASE WARMUPS ROUNDS cached|dropped [ANSWER]
 *
 * dropped: the page cache forgets the file before each load. With ANSWER the graph of the first load
 * runs once, and what it answers to the input of Expected.mlpInput is written into that file.
 * Prints one series for the whole without that run, one for each phase, the run, and the peak of
 * resident memory before it.
 */
#include "qnn_calls.h"

enum { MAP, INTROSPECT, CREATE, RETRIEVE, CLOSE, PHASES };

static const char *const PHASE_NAMES[PHASES] = {"map", "introspect", "create", "retrieve", "close"};

static Backend backend;
static const QnnSystemInterface_ImplementationV1_12_t *qnn_system;
static long peak_kib;
static double first_execute; /* in ms; 0 before the first run */

static void write_answer(const Qnn_Tensor_t *output, const char *answer) {
  FILE *file = fopen(answer, "wb");
  size_t size = output->v1.clientBuf.dataSize;
  if (file == NULL || fwrite(output->v1.clientBuf.data, 1, size, file) != size ||
      fclose(file) != 0) {
    die(answer, "can't be written");
  }
}

static void execute(void *graph, const QnnSystemContext_GraphInfoV1_t *info, const char *answer) {
  Qnn_Tensor_t *inputs = with_buffers(info->graphInputs, info->numGraphInputs);
  Qnn_Tensor_t *outputs = with_buffers(info->graphOutputs, info->numGraphOutputs);
  float *values = inputs[0].v1.clientBuf.data;
  for (u32 i = 0; i < inputs[0].v1.clientBuf.dataSize / sizeof *values; i++) {
    values[i] = (float)((int)(i % 97) - 48) / 48;
  }
  int64_t start = now_ns();
  check_qnn(((GraphExecute)backend.table->graphExecute)(graph, inputs, info->numGraphInputs, outputs,
                                                        info->numGraphOutputs, NULL, NULL),
            "graphExecute");
  first_execute = (double)(now_ns() - start) / 1e6;
  write_answer(&outputs[0], answer);
  free_tensors(inputs, info->numGraphInputs);
  free_tensors(outputs, info->numGraphOutputs);
}

/* Runs the graph if answer names a file and none has run before. */
static void load(const char *path, const char *answer, double milliseconds[PHASES]) {
  int64_t marks[PHASES + 1];
  marks[MAP] = now_ns();
  Mapped file = map_file(path);

  marks[INTROSPECT] = now_ns();
  void *description = create_description(qnn_system);
  const QnnSystemContext_GraphInfoV1_t *info = first_graph(qnn_system, description, file);

  marks[CREATE] = now_ns();
  void *context = create_context(backend, file);

  marks[RETRIEVE] = now_ns();
  void *graph = retrieve_graph(backend, context, info->graphName);

  marks[CLOSE] = now_ns();
  if (peak_kib == 0) {
    peak_kib = peak_resident_kib();
  }
  if (answer != NULL && first_execute == 0) {
    execute(graph, info, answer);
  }

  int64_t closing = now_ns();
  check_qnn(((ContextFree)backend.table->contextFree)(context, NULL), "contextFree");
  check_qnn(((Free)qnn_system->systemContextFree)(description), "systemContextFree");
  munmap(file.bytes, file.size);
  marks[PHASES] = marks[CLOSE] + now_ns() - closing;

  for (int phase = 0; phase < PHASES; phase++) {
    milliseconds[phase] = (double)(marks[phase + 1] - marks[phase]) / 1e6;
  }
}

int main(int argc, char **argv) {
  if (argc != 8 && argc != 9) {
    die(argv[0], "BACKEND SYSTEM FILE CASE WARMUPS ROUNDS cached|dropped [ANSWER]");
  }
  backend = start_backend(argv[1]);
  qnn_system = system_table(argv[2]);
  long warmups = number_argument(argv[5], "WARMUPS", 0);
  long rounds = count_argument(argv[6], "ROUNDS");
  int dropped = strcmp(argv[7], "dropped") == 0;
  const char *answer = argc == 9 ? argv[8] : NULL;

  double phases[PHASES];
  double *totals = calloc((size_t)rounds, sizeof *totals);
  double *by_phase[PHASES];
  for (int phase = 0; phase < PHASES; phase++) {
    by_phase[phase] = calloc((size_t)rounds, sizeof **by_phase);
  }
  for (long round = -warmups; round < rounds; round++) {
    if (dropped) {
      drop_from_cache(argv[3]);
    }
    load(argv[3], answer, phases);
    for (int phase = 0; round >= 0 && phase < PHASES; phase++) {
      by_phase[phase][round] = phases[phase];
      totals[round] += phases[phase];
    }
  }

  print_series(stdout, "ContextLoad", argv[4], "c", "ms/op", totals, rounds);
  for (int phase = 0; phase < PHASES; phase++) {
    char rival[32];
    snprintf(rival, sizeof rival, "c: %s", PHASE_NAMES[phase]);
    print_series(stdout, "ContextLoad", argv[4], rival, "ms/op", by_phase[phase], rounds);
  }
  if (answer != NULL) {
    print_series(stdout, "ContextLoad", argv[4], "c: first execute", "ms/op", &first_execute, 1);
  }
  double peak = (double)peak_kib / 1024;
  print_series(stdout, "PeakMemory", argv[4], "c", "MB", &peak, 1);
  return 0;
}
