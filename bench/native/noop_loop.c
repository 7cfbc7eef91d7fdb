/*
 * graphExecute in a loop, in C.
 *
 * noop_loop BACKEND SYSTEM FILE CASE BATCHES CALLS
 */
#include "qnn_calls.h"

int main(int argc, char **argv) {
  if (argc != 7) {
    die(argv[0], "BACKEND SYSTEM FILE CASE BATCHES CALLS");
  }
  Backend backend = start_backend(argv[1]);
  const QnnSystemInterface_ImplementationV1_12_t *system = system_table(argv[2]);
  Mapped file = map_file(argv[3]);
  long batches = count_argument(argv[5], "BATCHES");
  long calls = count_argument(argv[6], "CALLS");

  const QnnSystemContext_GraphInfoV1_t *info =
      first_graph(system, create_description(system), file);
  Qnn_Tensor_t *inputs = with_buffers(info->graphInputs, info->numGraphInputs);
  Qnn_Tensor_t *outputs = with_buffers(info->graphOutputs, info->numGraphOutputs);
  void *context = create_context(backend, file);
  void *graph = retrieve_graph(backend, context, info->graphName);
  GraphExecute execute = (GraphExecute)backend.table->graphExecute;

  double *samples = calloc((size_t)batches, sizeof *samples);
  for (long batch = -1; batch < batches; batch++) { /* the first one warms up */
    int64_t start = now_ns();
    for (long i = 0; i < calls; i++) {
      u64 code = execute(graph, inputs, info->numGraphInputs, outputs, info->numGraphOutputs, NULL,
                         NULL);
      if (code != 0) {
        check_qnn(code, "graphExecute");
      }
    }
    if (batch >= 0) {
      samples[batch] = (double)(now_ns() - start) / (double)calls;
    }
  }
  print_series(stdout, "DirectExecute", argv[4], "c", "ns/op", samples, batches);
  return 0;
}
