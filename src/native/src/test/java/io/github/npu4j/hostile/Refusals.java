package io.github.npu4j.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.NpuException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Collects how each bad file was refused, so that one run shows all that were not. */
public final class Refusals {

  /** Reads a file in the way under test. */
  public interface Reader {
    /** Reads it, and throws what the caller of the library would see. */
    void read() throws Exception;
  }

  private final Set<Class<? extends NpuException>> allowed;
  private final List<String> wrong = new ArrayList<>();
  private int files;

  /** Begins a collection of files that must end in one of these errors. */
  public Refusals(Set<Class<? extends NpuException>> allowed) {
    this.allowed = Set.copyOf(allowed);
  }

  /** Reads one bad file. */
  public void expect(String file, Reader reader) {
    if (mayRefuse(file, reader)) {
      wrong.add(file + ": was taken");
    }
  }

  /** Reads a file that may have stayed good; returns whether it was taken. */
  public boolean mayRefuse(String file, Reader reader) {
    files++;
    try {
      reader.read();
      return true;
    } catch (NpuException refused) {
      if (!allowed.contains(refused.getClass())) {
        wrong.add(file + ": " + refused);
      } else if (refused.why().isBlank() || refused.why().endsWith("null")) {
        wrong.add(file + ": no words in " + refused);
      }
    } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError other) {
      wrong.add(file + ": " + other);
    }
    return false;
  }

  /** Returns how many files were read so far. */
  public int files() {
    return files;
  }

  /** Fails with the list of files that were taken, or refused in another way. */
  public void check() {
    assertTrue(
        wrong.isEmpty(),
        () -> wrong.size() + " of " + files + " files:\n" + String.join("\n", wrong));
  }
}
