package io.github.npu4j.internal.ortabi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.internal.AbiTable;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The generated numbers are those of the official binary interface. */
class OrtAbiTest {

  private static final Set<String> TABLES = Set.of("OrtApiBase", "OrtApi", "OrtCompileApi");

  private final AbiTable table = AbiTable.read("ort");

  @Test
  void everySlotIsWhereTheOfficialTableHasIt() throws Exception {
    int compared = 0;
    List<String> wrong = new ArrayList<>();
    for (Method constant : constants()) {
      String type = typeOf(constant.getName());
      if (TABLES.contains(type)) {
        String function = constant.getName().substring(type.length() + 1);
        long official = table.offset(type, function);
        long ours = (int) constant.invoke(null) * ValueLayout.ADDRESS.byteSize();
        if (official != ours) {
          wrong.add(constant.getName() + " is at " + ours + ", officially at " + official);
        }
        compared++;
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(compared > 150, "only " + compared + " slots compared");
  }

  @Test
  void everyOtherConstantHasTheOfficialValue() throws Exception {
    int compared = 0;
    List<String> wrong = new ArrayList<>();
    for (Method constant : constants()) {
      String name = constant.getName();
      if (!TABLES.contains(typeOf(name)) && !name.equals("ORT_TABLE_VERSION")) {
        Long official = table.constant(name);
        long ours = (int) constant.invoke(null);
        if (official == null || official != ours) {
          wrong.add(name + " is " + ours + ", officially " + official);
        }
        compared++;
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(compared > 70, "only " + compared + " constants compared");
  }

  @Test
  void theTableVersionIsTheOneWhoseNumbersWeHave() {
    assertEquals(29, ort_h.ORT_TABLE_VERSION());
  }

  @Test
  void callbacksTakeWhatOnnxRuntimePasses() {
    FunctionDescriptor line = OrtLogLine.descriptor();
    assertTrue(line.returnLayout().isEmpty());
    assertEquals(
        List.of(8L, 4L, 8L, 8L, 8L, 8L),
        line.argumentLayouts().stream().map(layout -> layout.byteSize()).toList());
    FunctionDescriptor done = OrtRunDone.descriptor();
    assertTrue(done.returnLayout().isEmpty());
    assertEquals(
        List.of(8L, 8L, 8L, 8L),
        done.argumentLayouts().stream().map(layout -> layout.byteSize()).toList());
  }

  private static String typeOf(String constant) {
    int split = constant.indexOf('_');
    return split < 0 ? constant : constant.substring(0, split);
  }

  private static List<Method> constants() {
    List<Method> found = new ArrayList<>();
    for (Method method : ort_h.class.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers()) && method.getReturnType() == int.class) {
        found.add(method);
      }
    }
    return found;
  }
}
