package io.github.npu4j.bench;

import io.github.npu4j.artifact.Integrity;
import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.LoadReport;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.direct.DirectEngine;
import io.github.npu4j.runtime.Device;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * npu4j's direct engine.
 *
 * @param integrity how much of the file is proven before
 */
record DirectLoader(Integrity integrity) implements Loader {

  @Override
  public Path file(Path binary) {
    return binary;
  }

  @Override
  public Loaded load(Path binary) {
    Model model =
        DirectEngine.open(binary, OpenOptions.on(Device.EMULATOR).withIntegrity(integrity));
    Binding binding = model.bind(model.graphs().getFirst());
    return new Loaded() {
      @Override
      public Map<String, Long> phases() {
        Map<String, Long> phases = new LinkedHashMap<>();
        for (LoadReport.Phase phase : model.loadReport().phases()) {
          phases.merge(phase.name(), phase.nanos(), Long::sum);
        }
        return phases;
      }

      @Override
      public float[] run(float[] input) {
        GraphSpec graph = model.graph(binding.graph());
        float[] output =
            new float[Math.toIntExact(graph.outputs().getFirst().shape().elements())];
        binding.write(graph.inputs().getFirst().name(), input);
        binding.run();
        binding.read(graph.outputs().getFirst().name(), output);
        return output;
      }

      @Override
      public void close() {
        binding.close();
        model.close();
      }
    };
  }
}
