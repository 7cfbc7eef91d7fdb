/* What the native comparators share: a clock, a place for samples, and the JSON the report reads. */
#ifndef NPU4J_BENCH_H
#define NPU4J_BENCH_H

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

_Noreturn static inline void die(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}

static inline void *load_library(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    die(path, dlerror());
  }
  return library;
}

static inline void *find_symbol(void *library, const char *name) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL) {
    die(name, dlerror());
  }
  return symbol;
}

static inline long count_argument(const char *text, const char *name) {
  char *end;
  long value = strtol(text, &end, 10);
  if (*end != '\0' || value <= 0) {
    die(name, "a number above 0 is needed");
  }
  return value;
}

/* Highest resident memory of this process so far, in KiB. */
static inline long peak_resident_kib(void) {
  FILE *status = fopen("/proc/self/status", "r");
  if (status == NULL) {
    return -1;
  }
  char line[256];
  long kib = -1;
  while (fgets(line, sizeof line, status) != NULL) {
    if (sscanf(line, "VmHWM: %ld", &kib) == 1) {
      break;
    }
  }
  fclose(status);
  return kib;
}

/* Prints one series in the form that the report reads; the caller prints nothing else on a line. */
static inline void print_series(FILE *out, const char *benchmark, const char *subject,
                                const char *rival, const char *unit, const double *samples,
                                long count) {
  fprintf(out, "{\"benchmark\":\"%s\",\"case\":\"%s\",\"rival\":\"%s\",\"unit\":\"%s\",\"samples\":[",
          benchmark, subject, rival, unit);
  for (long i = 0; i < count; i++) {
    fprintf(out, "%s%.6g", i == 0 ? "" : ",", samples[i]);
  }
  fprintf(out, "]}\n");
}

#endif
