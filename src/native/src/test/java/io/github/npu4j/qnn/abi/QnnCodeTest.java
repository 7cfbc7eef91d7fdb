package io.github.npu4j.qnn.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every code of the official interface has its name here. */
class QnnCodeTest {

  @Test
  void theNamesAndNumbersAreTheOfficialOnes() throws IOException {
    Set<QnnCode> compared = new HashSet<>();
    for (String line : table().split("\n")) {
      if (!line.startsWith("#") && !line.isBlank()) {
        String[] words = line.split(" = ");
        QnnCode code = QnnCode.of(Long.parseLong(words[1].strip()));
        assertTrue(code != null, line);
        if (code.code() >= 2000) { // below, functions share a code under a common name
          assertEquals(words[0], code.name());
        }
        compared.add(code);
      }
    }
    assertTrue(compared.size() > 90, compared.size() + " codes compared");
    for (QnnCode code : QnnCode.values()) {
      assertTrue(
          compared.contains(code) || code.name().startsWith("QNN_COMMON_ERROR_"), code.name());
    }
  }

  @Test
  void adviceIsWholeSentences() {
    for (QnnCode code : QnnCode.values()) {
      assertTrue(code.advice().isEmpty() || code.advice().endsWith("."), code.name());
      assertTrue(!code.meaning().endsWith("."), code.name());
    }
  }

  @Test
  void detailsAboveTheCodeAreLookedPast() {
    assertSame(QnnCode.QNN_GRAPH_ERROR_ABORTED, QnnCode.of(0x7_0000_178fL));
    assertNull(QnnCode.of(4711));
  }

  private static String table() throws IOException {
    try (InputStream in = QnnCodeTest.class.getResourceAsStream("/abi/qnn-errors.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
