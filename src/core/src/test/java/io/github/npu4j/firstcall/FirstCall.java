package io.github.npu4j.firstcall;

import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.tokenizer.Tokenizer;
import io.github.npu4j.tokenizer.TokenizerOptions;
import java.nio.file.Path;

/**
 * A program that does one thing with npu4j and ends, in a VM that its test starts as users do. It
 * needs nothing but npu4j, so that it can stand on a module path's class path or in a jar alone.
 */
final class FirstCall {

  /** The exit code of an {@link NpuException}, which is printed. */
  static final int REFUSED = 4;

  private FirstCall() {}

  /** Does {@code model DEVICE ENGINE FILE} or {@code tokenizer FILE LIBRARIES}. */
  public static void main(String[] arguments) {
    try {
      if (arguments[0].equals("model")) {
        OpenOptions options =
            OpenOptions.on(Device.valueOf(arguments[1]))
                .withEngine(EngineKind.valueOf(arguments[2]));
        Models.open(Path.of(arguments[3]), options).close();
      } else {
        TokenizerOptions options = TokenizerOptions.huggingFace(Path.of(arguments[2]));
        Tokenizer.open(Path.of(arguments[1]), options).close();
      }
      System.out.println("done");
    } catch (NpuException refused) {
      System.out.println(refused.getMessage());
      System.exit(REFUSED);
    }
  }
}
