package io.github.npu4j.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every class passes the verifier. JDK 25's javac was seen to write one that does not, for a
 * condition of several negated record patterns before a switch over records.
 */
class BytecodeTest {

  @ParameterizedTest
  @EnumSource
  void everyClassOfAModulePassesTheVerifier(Module module) throws IOException {
    assertEquals(List.of(), module.inClasses(BytecodeTest::refused));
  }

  private static List<String> refused(Path classes) throws IOException {
    List<String> refused = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> inside = Files.walk(classes)) {
      files =
          inside
              .filter(file -> file.toString().endsWith(".class"))
              .filter(file -> !file.endsWith("module-info.class"))
              .toList();
    }
    for (Path file : files) {
      ClassFile.of()
          .verify(Files.readAllBytes(file))
          .forEach(error -> refused.add(classes.relativize(file) + ": " + error.getMessage()));
    }
    assertTrue(files.size() > 50, () -> files.size() + " classes in " + classes);
    return refused;
  }
}
