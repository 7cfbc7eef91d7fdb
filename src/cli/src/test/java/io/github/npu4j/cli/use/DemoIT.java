package io.github.npu4j.cli.use;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.cli.Terminal;
import io.github.npu4j.cli.console.ExitCode;
import org.junit.jupiter.api.Test;

/** The whole way of a model, in the emulator. */
class DemoIT {

  private final Terminal terminal = new Terminal();

  @Test
  void theQuestionFindsItsAnswerAndTheCpuAgrees() throws Exception {
    assertEquals(ExitCode.DONE, terminal.run("demo", "--json"), terminal::notices);
    JsonNode result = new ObjectMapper().readTree(terminal.results());
    assertTrue(result.get("parity").doubleValue() >= 0.9999, result::toString);
    assertTrue(
        result.get("answers").get(0).get("sentence").textValue().contains("password"),
        result::toString);
    assertTrue(result.get("load").get("phases").size() >= 4, result::toString);
    assertTrue(terminal.notices().contains("npu4j: compile: "), terminal::notices);
  }
}
