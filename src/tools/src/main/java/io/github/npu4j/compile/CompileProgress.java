package io.github.npu4j.compile;

/** Hears what a compilation is doing. */
@FunctionalInterface
public interface CompileProgress {

  /** Ignores what it is told. */
  CompileProgress NONE = (_, _) -> {};

  /** What can be going on. */
  enum Phase {
    /** The model is read and hashed. */
    READING,
    /** A context binary from an earlier compilation is taken. */
    CACHED,
    /** Shapes are made static. */
    PREPARING,
    /** Qualcomm's compiler is at work. */
    COMPILING,
    /** The result is looked into and hashed. */
    CHECKING
  }

  /**
   * Called from the thread that compiles, at the start of each phase.
   *
   * @param name the name of the context binary, such as {@code 128}, or of the model
   * @param phase what begins
   */
  void begin(String name, Phase phase);
}
