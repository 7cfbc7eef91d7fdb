package io.github.npu4j.bench;

import io.github.npu4j.runtime.NativeRuntime;

/** Prints the paths of the libraries that are measured, for the C programs: the same files. */
final class Libraries {
  private Libraries() {}

  /** Prints three assignments for a shell. */
  public static void main(String[] arguments) {
    NativeRuntime runtime = NativeRuntime.find();
    System.out.println("onnxruntime='" + runtime.onnxruntime().require() + "'");
    System.out.println("htp='" + runtime.qnnHtp().require() + "'");
    System.out.println("system='" + runtime.qnnSystem().require() + "'");
  }
}
