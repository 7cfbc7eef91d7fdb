/*
 * Makes the page cache forget files.
 *
 * drop_cache FILE...
 */
#include "bench.h"

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    drop_from_cache(argv[i]);
  }
  return 0;
}
