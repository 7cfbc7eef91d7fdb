/* What the native comparators share: a clock, a place for samples, and the JSON the report reads. */
#ifndef NPU4J_BENCH_H
#define NPU4J_BENCH_H

#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

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

static inline long number_argument(const char *text, const char *name, long least) {
  char *end;
  long value = strtol(text, &end, 10);
  if (*end != '\0' || value < least) {
    die(name, "the number is no number or too small");
  }
  return value;
}

static inline long count_argument(const char *text, const char *name) {
  return number_argument(text, name, 1);
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

/* The share of a file's pages that the page cache holds. */
static inline double cached_share(int file, size_t size) {
  size_t pages = (size + 4095) / 4096;
  unsigned char *held = malloc(pages);
  void *mapped = mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
  if (held == NULL || mapped == MAP_FAILED || mincore(mapped, size, held) != 0) {
    die("mincore", "the page cache can't be looked at");
  }
  size_t count = 0;
  for (size_t page = 0; page < pages; page++) {
    count += held[page] & 1;
  }
  munmap(mapped, size);
  free(held);
  return (double)count / (double)pages;
}

/* Makes the page cache forget a file, by POSIX_FADV_DONTNEED; nobody may have it mapped. */
static inline void drop_from_cache(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0 || fsync(file) != 0 ||
      posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) != 0) {
    die(path, "can't be dropped from the page cache");
  }
  if (cached_share(file, (size_t)status.st_size) > 0.01) {
    die(path, "stays in the page cache: somebody has it mapped");
  }
  close(file);
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
