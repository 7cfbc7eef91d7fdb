package io.github.npu4j.internal.access;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Runs something while memory that others own is held: its arenas can't be closed meanwhile.
 *
 * <p>Native code often keeps the addresses of buffers and uses them in a later call that does not
 * name them, so the foreign-function interface does not know that they are in use. Here the
 * segments are the arguments of a native call that does nothing but call back: for its duration the
 * linker itself holds every arena, refuses to close it, and refuses the call if one is closed
 * already or belongs to another thread. No allocation once made; each segment that is held costs a
 * few nanoseconds a call.
 *
 * <p>Belongs to one thread at a time.
 */
public final class HeldMemory {

  private static final MethodHandle CALLED_BACK = calledBack();

  private final MemorySegment[] held;
  private final Runnable action;
  private final MethodHandle call;
  private @Nullable Throwable thrown;

  /**
   * Makes room for a number of segments, none of which is held yet.
   *
   * @param arena owns the native code that calls back; shared if several threads take turns
   * @param segments how many segments there can be
   * @param action what to run
   */
  @SuppressWarnings("restricted") // the linker is what holds the memory
  public HeldMemory(Arena arena, int segments, Runnable action) {
    this.held = new MemorySegment[segments];
    this.action = action;
    Arrays.fill(held, MemorySegment.NULL);
    MemoryLayout[] addresses = new MemoryLayout[segments];
    MemoryLayout[] words = new MemoryLayout[segments];
    Arrays.fill(addresses, ValueLayout.ADDRESS);
    Arrays.fill(words, ValueLayout.JAVA_LONG); // an address by another name: makes no segment
    FunctionDescriptor callback = FunctionDescriptor.ofVoid(words);
    Linker linker = Linker.nativeLinker();
    MemorySegment stub =
        linker.upcallStub(
            MethodHandles.dropArguments(
                CALLED_BACK.bindTo(this), 0, callback.toMethodType().parameterArray()),
            callback,
            arena);
    this.call =
        linker
            .downcallHandle(stub, FunctionDescriptor.ofVoid(addresses))
            .asSpreader(MemorySegment[].class, segments);
  }

  /**
   * Sets which segment is held at a place.
   *
   * @param place below the number given to the constructor
   * @param segment native memory, or {@link MemorySegment#NULL} for none
   */
  public void set(int place, MemorySegment segment) {
    held[place] = segment;
  }

  /**
   * Runs the action; what it throws is thrown on.
   *
   * @throws IllegalStateException if the arena of a segment is closed
   * @throws WrongThreadException if a segment belongs to another thread
   */
  public void run() {
    thrown = null;
    try {
      call.invokeExact(held);
    } catch (RuntimeException | Error refused) {
      throw refused;
    } catch (Throwable impossible) {
      throw new IllegalStateException("a native call threw", impossible);
    }
    switch (thrown) {
      case null -> {}
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      default -> throw new IllegalStateException("the action threw", thrown);
    }
  }

  /** An exception that left an upcall would end the process. */
  @SuppressWarnings("UnusedMethod") // called by its method handle
  private void runGuarded() {
    try {
      action.run();
    } catch (Throwable failed) {
      thrown = failed;
    }
  }

  private static MethodHandle calledBack() {
    try {
      return MethodHandles.lookup()
          .findVirtual(HeldMemory.class, "runGuarded", MethodType.methodType(void.class));
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }
}
