package io.github.npu4j.artifact;

/** How much of a file is compared with its manifest before it is used. */
public enum Integrity {
  /**
   * Only the size: finds truncation, not changed bytes. So that these can't end the process, it is
   * a child process that reads a context binary first, once for each state of the file.
   */
  SIZE,
  /** The size and every byte, by the SHA-256 of each chunk. */
  CHUNKS
}
