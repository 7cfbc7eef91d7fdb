package io.github.npu4j.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of what chooses native code is whole, and is that of the documentation. */
class LibrarySettingsTest {

  private static final Path SOURCES = Path.of("src/core/src/main/java/io/github/npu4j/runtime");

  /** How the names of variables and properties stand in the sources. */
  private static final Pattern NAME =
      Pattern.compile(
          "\"(onnxruntime\\.native[.a-z0-9_]*path|npu4j\\.[a-z]+|[A-Z][A-Z0-9]*_[A-Z0-9_]+)\"");

  @Test
  void theDocumentationNamesEach() throws IOException {
    String page = Files.readString(Path.of("docs/security.md"));
    List<String> missing = new ArrayList<>();
    for (String property : LibrarySettings.PROPERTIES) {
      if (!page.contains("`-D" + property + "`")) {
        missing.add(property);
      }
    }
    for (String variable : LibrarySettings.VARIABLES) {
      if (!page.contains("`" + variable + "`")) {
        missing.add(variable);
      }
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void theSourcesReadNoOther() throws IOException {
    Set<String> known = new TreeSet<>(LibrarySettings.PROPERTIES);
    known.addAll(LibrarySettings.VARIABLES);
    Set<String> read = new TreeSet<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
        Matcher names = NAME.matcher(Files.readString(file));
        while (names.find()) {
          read.add(names.group(1));
        }
      }
    }
    assertTrue(read.contains("QNN_SDK_ROOT") && read.contains("npu4j.runtime"), read::toString);
    read.removeAll(known);
    assertEquals(Set.of(), read);
  }
}
