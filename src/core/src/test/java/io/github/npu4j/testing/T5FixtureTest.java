package io.github.npu4j.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.checkpoint.Checkpoint;
import io.github.npu4j.checkpoint.TensorSource;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the formula in Java is the one in Python, and that the fixtures are what they claim. */
class T5FixtureTest {

  @TempDir private Path folder;

  static List<T5Fixture> fixtures() {
    return T5Fixture.all();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void hasTheTensorsThatPyTorchHas(T5Fixture fixture) throws IOException {
    assertEquals(new HashSet<>(fixture.recordedTensors().keySet()), tensors(fixture));
    fixture
        .model()
        .tensors()
        .forEach(
            (name, shape) -> assertArrayEquals(fixture.recordedTensors().get(name), shape, name));
    fixture.write(folder);
    try (TensorSource checkpoint = Checkpoint.open(folder)) {
      assertTrue(checkpoint.names().containsAll(tensors(fixture)), fixture.name());
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void answersAreLongOrEnd(T5Fixture fixture) {
    assertEquals(3, fixture.cases().size());
    for (T5Fixture.Case given : fixture.cases()) {
      int last = given.greedy()[given.greedy().length - 1];
      assertTrue(given.greedy().length == 64 || last == 1, fixture.name() + ", " + given);
      assertEquals(given.ids().length, given.encoder().length);
      assertEquals(given.forced().length, given.logits().length);
    }
  }

  /** A pickle's weights were made in Python: the formula in Java has to make the same bits. */
  @Test
  void makesTheWeightsThatPythonMakes() throws IOException {
    for (String name : List.of("pickled", "pickled-untied")) {
      T5Fixture fixture = T5Fixture.named(name);
      Path python = folder.resolve(name + "-python");
      Path java = folder.resolve(name + "-java");
      fixture.write(python);
      fixture.model().write(java);
      try (TensorSource expected = Checkpoint.open(python);
          TensorSource made = Checkpoint.open(java)) {
        for (String tensor : made.names()) {
          assertEquals(expected.spec(tensor), made.spec(tensor));
          assertArrayEquals(
              expected.data(tensor).toArray(ValueLayout.JAVA_BYTE),
              made.data(tensor).toArray(ValueLayout.JAVA_BYTE),
              name + " " + tensor);
        }
      }
    }
  }

  private static Set<String> tensors(T5Fixture fixture) {
    return fixture.model().tensors().keySet();
  }
}
