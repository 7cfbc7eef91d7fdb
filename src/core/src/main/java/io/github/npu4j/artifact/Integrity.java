package io.github.npu4j.artifact;

/** How much of a file is compared with its manifest before it is used. */
public enum Integrity {
  /**
   * Only the size: finds truncation, not changed bytes. So that these can't end the process, it is
   * a child process that reads a context binary first, once for each state of the file.
   */
  SIZE,
  /**
   * The size and every byte, by the CRC32C of each chunk, at the speed of memory: finds damage. A
   * manifest of format 1 has no such checksums; its file is checked as by {@link #SHA256}.
   */
  CRC32C,
  /** The size and every byte, by the SHA-256 of each chunk: the very file that was described. */
  SHA256
}
