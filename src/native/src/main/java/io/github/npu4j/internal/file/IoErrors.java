package io.github.npu4j.internal.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Errors of files in words that people understand. */
public final class IoErrors {

  private IoErrors() {}

  /**
   * Returns the reason of an error, without a full stop. The system's own exceptions often carry
   * only the name of the file, and their type says what happened.
   */
  public static String reason(IOException error) {
    return switch (error) {
      case ClosedByInterruptException _ -> "the thread was interrupted";
      case NoSuchFileException absent -> absent.getFile() + " does not exist";
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case FileAlreadyExistsException taken -> taken.getFile() + " exists already";
      case FileSystemException failed when failed.getReason() != null ->
          failed.getFile() + ": " + failed.getReason();
      default -> error.getMessage() == null ? error.toString() : error.getMessage();
    };
  }
}
