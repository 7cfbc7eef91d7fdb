package io.github.npu4j.internal.access;

import io.github.npu4j.error.RuntimeMissingException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Java's permission to call C functions (JEP 472), asked for before the first of them is called: a
 * class whose initializer is refused would be unusable for the rest of the process, and say so with
 * an error that names neither reason nor remedy.
 */
public final class NativeAccess {

  /** The modules that call native code, npu4j's own and those that it runs models by. */
  private static final List<String> CALLERS =
      List.of(
          "io.github.npu4j.bindings",
          "io.github.npu4j",
          "com.microsoft.onnxruntime",
          "ai.djl.tokenizers");

  /** Stands for every module without a name in Java's options and manifests. */
  private static final String UNNAMED = "ALL-UNNAMED";

  private static volatile boolean granted;

  private NativeAccess() {}

  /**
   * Passes if this module may call native code. Where Java only warns, it warns here.
   *
   * @throws RuntimeMissingException if Java denies it; the advice names the flag for this process
   */
  @SuppressWarnings("restricted") // that is what is asked for
  public static void require() {
    if (granted) {
      return;
    }
    try {
      var _ = MemorySegment.NULL.reinterpret(0);
    } catch (IllegalCallerException refused) {
      throw denied("npu4j", NativeAccess.class, refused);
    }
    granted = true;
  }

  /**
   * Returns the error for a refusal.
   *
   * @param who what was refused, for people
   * @param caller a class of the module that was refused
   * @param refused Java's own words
   */
  public static RuntimeMissingException denied(
      String who, Class<?> caller, IllegalCallerException refused) {
    return new RuntimeMissingException(
        "Java denies native access to " + who,
        String.valueOf(refused.getMessage()),
        advice(
            caller.getModule(),
            System.getProperty("java.class.path", ""),
            System.getProperty("sun.java.command", "")),
        refused);
  }

  /**
   * Returns what to do so that a module, and those that will be refused next, may call native code.
   *
   * @param module the one that was refused
   * @param classPath the class path of this process
   * @param command what this process was started with: a class or a jar, and its arguments
   */
  static String advice(Module module, String classPath, String command) {
    ModuleLayer layer = module.getLayer();
    if (layer != null && layer != ModuleLayer.boot()) {
      return "Let whoever made the module layer enable it for "
          + names(layer, module)
          + ", by ModuleLayer.Controller.enableNativeAccess.";
    }
    String flag =
        "Start Java with --enable-native-access=" + names(ModuleLayer.boot(), module) + ".";
    return layer == null && isExecutableJar(classPath, command)
        ? flag
            + " Or write Enable-Native-Access: "
            + UNNAMED
            + " into the manifest of "
            + classPath
            + "."
        : flag;
  }

  /** Only the manifest of the jar that {@code java -jar} starts is read for the permission. */
  private static boolean isExecutableJar(String classPath, String command) {
    return classPath.endsWith(".jar")
        && (command.equals(classPath) || command.startsWith(classPath + " "));
  }

  /**
   * Names the modules of a layer; those of the class path have no name and are allowed together.
   */
  private static String names(ModuleLayer layer, Module refused) {
    Stream<String> named = CALLERS.stream().filter(name -> layer.findModule(name).isPresent());
    Stream<String> other = refused.isNamed() ? Stream.of(refused.getName()) : Stream.of(UNNAMED);
    return Stream.concat(named, other).distinct().collect(Collectors.joining(","));
  }
}
