/** A program that finds npu4j on the module path. */
module outside {
  requires io.github.npu4j;
}
