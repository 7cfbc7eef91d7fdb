package io.github.npu4j.family.t5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.store.Progress;
import io.github.npu4j.testing.StaticT5;
import io.github.npu4j.testing.T5Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** T5s whose values pass float16's range, made smaller so that they answer as before. */
class T5ScalingIT {

  private static final float LARGEST = 65_504;

  @TempDir private Path folder;

  private T5Scaling export(T5Fixture fixture, float streams, float layers) throws IOException {
    Path checkpoint = folder.resolve("checkpoint");
    fixture.model().enlarged(streams, layers).write(checkpoint);
    try (T5Checkpoint opened = T5Checkpoint.open(checkpoint)) {
      T5Export export = new T5Export(opened);
      export.writeFull(folder, Progress.NONE);
      List<int[]> samples = fixture.cases().stream().map(T5Fixture.Case::ids).toList();
      T5Range range = T5Range.of(opened, folder, samples);
      T5Scaling scaling = T5Scaling.of(range, opened.config());
      for (T5Stack stack : T5Stack.values()) {
        float smaller = range.residual(stack) * scaling.residual(stack);
        assertTrue(smaller <= LARGEST / 8, stack + ": " + smaller);
      }
      range
          .hidden()
          .forEach((block, largest) ->
              assertTrue(largest * scaling.hidden(block) <= LARGEST / 8, block + ": " + largest));
      export.writeStatic(folder, 40, 64, scaling, Progress.NONE);
      return scaling;
    }
  }

  private void assertAnswersAsBefore(T5Fixture fixture) {
    try (StaticT5 model =
        new StaticT5(
            folder.resolve(T5Files.STATIC_ENCODER),
            folder.resolve(T5Files.STATIC_DECODER),
            folder.resolve(T5Files.STATIC_DECODER_BIAS),
            OpenOptions.on(Device.CPU).withThreads(1))) {
      for (T5Fixture.Case given : fixture.cases()) {
        model.encode(given.ids());
        for (int i = 0; i < given.forced().length; i++) {
          assertArrayEquals(
              given.logits()[i], model.step(given.forced()[i]), 1e-3f, given + ", step " + i);
        }
        assertArrayEquals(given.greedy(), model.greedy(given.ids(), 64), given.toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"deep-encoder", "relu-untied"})
  void streamsAndHiddenLayersPastTheRangeAreMadeSmallerAndAnswersStay(String name)
      throws IOException {
    T5Fixture fixture = T5Fixture.named(name);
    T5Scaling scaling = export(fixture, 1 << 16, 1 << 15);
    assertTrue(scaling.residual(T5Stack.ENCODER) < 1);
    assertTrue(scaling.residual(T5Stack.DECODER) < 1);
    assertTrue(scaling.hidden(T5Stack.ENCODER.feedForward(0)) < 1);
    assertTrue(
        scaling
            .notices()
            .getFirst()
            .matches(
                "the residual stream of the encoder reaches [0-9,]+, too near to float16's end at"
                    + " 65,504: scaled by 1/[0-9]+ for HTP, which its norms undo"),
        scaling.notices().toString());
    assertAnswersAsBefore(fixture);
  }

  @Test
  void whatStaysWithinTheRangeIsLeftAlone() throws IOException {
    T5Fixture fixture = T5Fixture.named("deep-encoder");
    T5Scaling scaling = export(fixture, 1, 1);
    assertEquals(List.of(), scaling.notices());
    assertEquals(1, scaling.residual(T5Stack.ENCODER));
    try (Stream<Path> files = Files.list(folder)) {
      assertFalse(files.anyMatch(file -> file.getFileName().toString().startsWith("range-")));
    }
  }
}
