package io.github.npu4j.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.cli.Main;
import io.github.npu4j.compile.Compiler;
import io.github.npu4j.engine.Model;
import io.github.npu4j.error.NpuException;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every class passes the verifier. JDK 25's javac was seen to write one that does not, for a
 * condition of several negated record patterns before a switch over records.
 */
class BytecodeTest {

  @ParameterizedTest
  @ValueSource(classes = {NpuException.class, Model.class, Compiler.class, Main.class})
  void everyClassOfAModulePassesTheVerifier(Class<?> member) throws Exception {
    URI location = member.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path place = Path.of(location);
    if (Files.isDirectory(place)) {
      verify(place);
    } else {
      try (FileSystem jar = FileSystems.newFileSystem(place)) {
        verify(jar.getPath("/"));
      }
    }
  }

  private static void verify(Path classes) throws IOException {
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
    assertEquals(List.of(), refused);
  }
}
