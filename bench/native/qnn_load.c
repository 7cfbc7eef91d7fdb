/*
 * The calls of a direct load, in C: map, introspect, create, retrieve, close, again and again.
 *
 * qnn_load BACKEND SYSTEM FILE CASE WARMUPS ROUNDS
 *
 * Prints one series for the whole, one for each phase, and the peak of resident memory.
 */
#include "qnn_calls.h"

enum { MAP, INTROSPECT, CREATE, RETRIEVE, CLOSE, PHASES };

static const char *const PHASE_NAMES[PHASES] = {"map", "introspect", "create", "retrieve", "close"};

static Backend backend;
static const QnnSystemInterface_ImplementationV1_12_t *qnn_system;

static void load(const char *path, double milliseconds[PHASES]) {
  int64_t marks[PHASES + 1];
  marks[MAP] = now_ns();
  Mapped file = map_file(path);

  marks[INTROSPECT] = now_ns();
  void *description = create_description(qnn_system);
  const QnnSystemContext_GraphInfoV1_t *info = first_graph(qnn_system, description, file);

  marks[CREATE] = now_ns();
  void *context = create_context(backend, file);

  marks[RETRIEVE] = now_ns();
  retrieve_graph(backend, context, info->graphName);

  marks[CLOSE] = now_ns();
  check_qnn(((ContextFree)backend.table->contextFree)(context, NULL), "contextFree");
  check_qnn(((Free)qnn_system->systemContextFree)(description), "systemContextFree");
  munmap(file.bytes, file.size);
  marks[PHASES] = now_ns();

  for (int phase = 0; phase < PHASES; phase++) {
    milliseconds[phase] = (double)(marks[phase + 1] - marks[phase]) / 1e6;
  }
}

int main(int argc, char **argv) {
  if (argc != 7) {
    die(argv[0], "BACKEND SYSTEM FILE CASE WARMUPS ROUNDS");
  }
  backend = start_backend(argv[1]);
  qnn_system = system_table(argv[2]);
  long warmups = count_argument(argv[5], "WARMUPS");
  long rounds = count_argument(argv[6], "ROUNDS");

  double phases[PHASES];
  double *totals = calloc((size_t)rounds, sizeof *totals);
  double *by_phase[PHASES];
  for (int phase = 0; phase < PHASES; phase++) {
    by_phase[phase] = calloc((size_t)rounds, sizeof **by_phase);
  }
  for (long round = -warmups; round < rounds; round++) {
    load(argv[3], phases);
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
  double peak = (double)peak_resident_kib() / 1024;
  print_series(stdout, "PeakMemory", argv[4], "c", "MB", &peak, 1);
  return 0;
}
