package io.github.npu4j.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesTest {

  @TempDir Path classes;

  static List<Path> sources() throws IOException {
    return Examples.sources();
  }

  @ParameterizedTest
  @MethodSource("sources")
  void compiles(Path source) throws IOException {
    Examples.compile(source, classes);
    String name = source.getFileName().toString().replace(".java", ".class");
    assertTrue(Files.exists(classes.resolve(name)));
  }
}
