package io.github.npu4j.parity;

import io.github.npu4j.engine.Model;
import java.util.List;

/**
 * An engine with the model open in it.
 *
 * @param label what it is called in the report, such as {@code cpu (java)}
 * @param model the open model; the caller's, who closes it
 * @param graph which of its graphs to run
 * @param libraries the libraries that compute for it
 * @param tolerances how far its outputs may be from the reference
 */
record Participant(
    String label, Model model, String graph, List<Library> libraries, Tolerances tolerances) {

  /** Takes a copy of the list. */
  public Participant {
    libraries = List.copyOf(libraries);
  }

  /** Returns whether the other one's answers come from other libraries, so that agreeing counts. */
  boolean isIndependentOf(Participant other) {
    return !libraries.isEmpty()
        && libraries.stream()
            .map(Library::sha256)
            .noneMatch(own -> other.libraries.stream().anyMatch(l -> l.sha256().equals(own)));
  }
}
