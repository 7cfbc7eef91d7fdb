package io.github.npu4j.internal.qnnabi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The generated classes lay memory out as the official binary interface does. */
class QnnAbiTest {

  private static final String PACKAGE = "io.github.npu4j.internal.qnnabi";

  private static final Map<String, String> TABLES =
      Map.of(
          "QnnInterface", "QnnInterface_ImplementationV2_37_t",
          "QnnSystemInterface", "QnnSystemInterface_ImplementationV1_12_t");

  private final Map<String, List<String>> table = table();

  @Test
  void everyGeneratedStructureHasTheOfficialSizeAndOffsets() throws Exception {
    List<String> generated = generatedStructures();
    assertTrue(generated.size() > 50, () -> "only " + generated.size() + " structures found");
    for (String name : generated) {
      GroupLayout layout = layoutOf(name);
      List<String> size = table.get(name);
      assertNotNull(size, name + " is not in the table");
      assertEquals(size, List.of(Long.toString(layout.byteSize())), name);
      List<String> wrong = new ArrayList<>();
      compare(name, layout, 0, wrong);
      assertEquals(List.of(), wrong);
    }
  }

  @Test
  void everyStructureOfTheTableIsGenerated() throws Exception {
    List<String> generated = generatedStructures();
    for (String entry : table.keySet()) {
      if (entry.indexOf('.') < 0 && table.get(entry).size() == 1 && !isForC(entry)) {
        assertTrue(generated.contains(entry), () -> entry + " was not generated");
      }
    }
  }

  @Test
  void everySlotIsWhereTheOfficialTableHasIt() throws Exception {
    for (String interfaceName : TABLES.keySet()) {
      int compared = 0;
      for (Method constant : qnn_h.class.getMethods()) {
        String name = constant.getName();
        if (name.startsWith(interfaceName + "_") && !name.contains("_t_")) {
          String slot = constant.getName().substring(interfaceName.length() + 1);
          List<String> official = table.get(TABLES.get(interfaceName) + "." + slot);
          assertNotNull(official, constant.getName());
          assertEquals(Long.parseLong(official.getFirst()), 8L * (int) constant.invoke(null), slot);
          compared++;
        }
      }
      assertTrue(compared >= 3, interfaceName);
    }
  }

  /** Where a constant stands for a structure's size or a member's offset. */
  @Test
  void everySizeAndOffsetAmongTheConstantsIsTheOfficialOne() throws Exception {
    int compared = 0;
    for (Method constant : qnn_h.class.getMethods()) {
      int end = constant.getName().lastIndexOf("_t_");
      if (end < 0 || constant.getParameterCount() > 0) {
        continue;
      }
      String structure = constant.getName().substring(0, end + 2);
      String member = constant.getName().substring(end + 3);
      List<String> official =
          table.get(member.equals("bytes") ? structure : structure + "." + member);
      assertNotNull(official, constant.getName());
      assertEquals(official.getFirst(), constant.invoke(null).toString(), constant.getName());
      compared++;
    }
    assertTrue(compared > 100, "only " + compared + " compared");
  }

  @Test
  void everyGeneratedConstantHasTheOfficialValue() throws Exception {
    int compared = 0;
    for (Map.Entry<String, List<String>> entry : table.entrySet()) {
      List<String> numbers = entry.getValue();
      if (numbers.getFirst().equals("=")) {
        Object value = qnn_h.class.getMethod(entry.getKey()).invoke(null);
        assertEquals(numbers.get(1), value.toString(), entry.getKey());
        compared++;
      }
    }
    assertTrue(compared > 90, "only " + compared + " constants compared");
  }

  /** C's {@code long} must not decide anything: see {@link Linker}. */
  @Test
  void nothingGeneratedUsesTheWidthOfLong() throws IOException {
    for (Path source : sources()) {
      for (String line : Files.readAllLines(source)) {
        assertTrue(
            !line.contains("C_LONG") || line.contains("C_LONG_LONG") || line.contains("C_LONG ="),
            () -> source + ": " + line);
      }
    }
  }

  /** The interface structures are numbers of slots in Java. */
  private static boolean isForC(String structure) {
    return TABLES.containsValue(structure)
        || TABLES.keySet().stream().anyMatch(name -> structure.equals(name + "_t"));
  }

  private void compare(String type, GroupLayout layout, long base, List<String> wrong) {
    long offset = 0;
    for (MemoryLayout member : layout.memberLayouts()) {
      if (!(member instanceof PaddingLayout)) {
        String field = member.name().orElse("");
        if (field.isEmpty() || field.startsWith("$anon$")) {
          compare(type, (GroupLayout) member, base + offset, wrong);
        } else {
          List<String> found =
              List.of(Long.toString(base + offset), Long.toString(member.byteSize()));
          if (!found.equals(table.get(type + "." + field))) {
            wrong.add(type + "." + field + " is at, of size " + found);
          }
        }
      }
      offset += layout instanceof StructLayout ? member.byteSize() : 0;
    }
  }

  private static GroupLayout layoutOf(String structure) throws ReflectiveOperationException {
    return (GroupLayout) Class.forName(PACKAGE + "." + structure).getMethod("layout").invoke(null);
  }

  private static List<String> generatedStructures() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path source : sources()) {
      if (Files.readString(source).contains("GroupLayout $LAYOUT")) {
        names.add(source.getFileName().toString().replace(".java", ""));
      }
    }
    return names;
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files =
        Files.list(Path.of("src/native/src/generated/java", PACKAGE.replace('.', '/')))) {
      return files.toList();
    }
  }

  private static Map<String, List<String>> table() {
    Map<String, List<String>> facts = new HashMap<>();
    try (InputStream in = QnnAbiTest.class.getResourceAsStream("/abi/qnn.txt")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.startsWith("#") && !line.isBlank()) {
          String[] words = line.split(" ");
          facts.put(words[0], List.of(words).subList(1, words.length));
        }
      }
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
    return facts;
  }
}
