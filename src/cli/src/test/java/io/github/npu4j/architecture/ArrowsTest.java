package io.github.npu4j.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.lang.foreign.Linker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The arrows between the rooms: they go down only, and rooms on one level don't know each other.
 */
class ArrowsTest {

  private static final String ROOT = "io.github.npu4j.";

  /** The rooms of each module from the top down; a set is one level. */
  private static final Map<Module, List<Set<String>>> ROOMS =
      Map.of(
          Module.CLI,
          List.of(Set.of("cli")),
          Module.TOOLS,
          List.of(
              Set.of("report"),
              Set.of("measure"),
              Set.of("doctor"),
              Set.of("parity"),
              Set.of("compile"),
              Set.of("inspect"),
              Set.of("quantize")),
          Module.CORE,
          List.of(
              Set.of("text", "seq2seq"),
              Set.of("family"),
              Set.of("catalog"),
              Set.of("engine"),
              Set.of("checkpoint"),
              Set.of("onnx"),
              Set.of("tokenizer"),
              Set.of("runtime"),
              Set.of("artifact"),
              Set.of("store"),
              Set.of("numeric")),
          Module.NATIVE,
          List.of(Set.of("ort", "qnn"), Set.of("tensor"), Set.of("error")));

  /** The rooms from the top down, all modules. */
  private static final List<Set<String>> LEVELS =
      Stream.of(Module.values()).toList().reversed().stream()
          .flatMap(module -> ROOMS.get(module).stream())
          .toList();

  /** Rooms beside the levels, and who may enter them. */
  private static final Set<String> FFM_USERS = Set.of("runtime", "ort", "qnn");

  static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.github.npu4j");

  /** One room and what it must not know. */
  record Room(String name, List<String> forbidden) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Room> rooms() {
    List<Room> rooms = new ArrayList<>();
    for (int level = 0; level < LEVELS.size(); level++) {
      for (String name : LEVELS.get(level)) {
        Set<String> forbidden = new TreeSet<>();
        LEVELS.subList(0, level + 1).forEach(forbidden::addAll);
        forbidden.remove(name);
        rooms.add(new Room(name, List.copyOf(forbidden)));
      }
    }
    return rooms;
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void arrowsGoDownOnly(Room room) {
    if (room.forbidden().isEmpty()) {
      return;
    }
    noClasses()
        .that()
        .resideInAPackage(packages(room.name()))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages(room.forbidden()))
        .allowEmptyShould(true)
        .check(PRODUCT);
  }

  @Test
  void everyClassLivesInARoom() {
    List<String> known = new ArrayList<>(List.of("internal"));
    LEVELS.forEach(known::addAll);
    classes().should().resideInAnyPackage(packages(known)).check(PRODUCT);
  }

  @ParameterizedTest
  @EnumSource
  void everyRoomLivesInItsModule(Module module) throws IOException {
    assertEquals(List.of(), strangers(module, roomsOf(module)));
  }

  @Test
  void aRoomInAnotherModuleIsFound() throws IOException {
    List<String> found = strangers(Module.NATIVE, List.of("error", "tensor", "ort"));
    assertTrue(found.contains("qnn"), found::toString);
  }

  private static List<String> roomsOf(Module module) {
    return ROOMS.get(module).stream().flatMap(Set::stream).toList();
  }

  /** The packages of a module that belong to none of the rooms. */
  private static List<String> strangers(Module module, List<String> rooms) throws IOException {
    return module.inClasses(root -> {
      Path top = root.resolve(ROOT.replace('.', '/'));
      try (Stream<Path> below = Files.walk(top)) {
        return below
            .filter(file -> file.toString().endsWith(".class"))
            .map(file -> top.relativize(file).getName(0).toString())
            .filter(name -> !name.equals("internal") && !rooms.contains(name))
            .distinct()
            .sorted()
            .toList();
      }
    });
  }

  @Test
  void generatedClassesAreForOneRoomEach() {
    onlyFrom(List.of("ort", "internal.ortabi"), "internal.ortabi").check(PRODUCT);
    onlyFrom(List.of("qnn", "internal.qnnabi"), "internal.qnnabi").check(PRODUCT);
  }

  @Test
  void foreignFunctionGroundworkIsForTheNativeRooms() {
    List<String> users = new ArrayList<>(FFM_USERS);
    users.add("internal");
    onlyFrom(users, "internal.ffm").check(PRODUCT);
  }

  @Test
  void nativeCallsStayInTheNativeRooms() {
    List<String> callers = new ArrayList<>(FFM_USERS);
    callers.add("internal");
    noClasses()
        .that()
        .resideOutsideOfPackages(packages(callers))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Linker.class)
        .check(PRODUCT);
  }

  @Test
  void publicSignaturesShowNoInternalType() {
    classes()
        .that()
        .resideOutsideOfPackage(ROOT + "internal..")
        .and()
        .arePublic()
        .should(showNoInternalType())
        .check(PRODUCT);
  }

  @Test
  void theRulesBite() {
    ArchRule errorKnowsTensor =
        noClasses()
            .that()
            .resideInAPackage(packages("tensor"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(packages("error"));
    assertThrows(AssertionError.class, () -> errorKnowsTensor.check(PRODUCT));
    assertFalse(PRODUCT.isEmpty());
    for (String type : List.of("cli.Main", "compile.Compiler", "text.Embedder", "qnn.Qnn")) {
      assertTrue(PRODUCT.contain(ROOT + type), type);
    }
  }

  /** Holds for public and protected fields, parameters, results and supertypes. */
  private static ArchCondition<JavaClass> showNoInternalType() {
    return new ArchCondition<>("show no internal type") {
      @Override
      public void check(JavaClass owner, ConditionEvents events) {
        Stream<Map.Entry<String, JavaClass>> shown =
            Stream.of(
                    owner.getMembers().stream()
                        .filter(ArrowsTest::isShown)
                        .flatMap(member ->
                            member.getAllInvolvedRawTypes().stream()
                                .map(type -> Map.entry(member.getFullName(), type))),
                    owner.getAllRawSuperclasses().stream()
                        .map(type -> Map.entry(owner.getName(), type)),
                    owner.getAllRawInterfaces().stream()
                        .map(type -> Map.entry(owner.getName(), type)))
                .flatMap(entries -> entries);
        shown
            .filter(entry -> entry.getValue().getPackageName().startsWith(ROOT + "internal"))
            .forEach(entry ->
                events.add(
                    SimpleConditionEvent.violated(
                        owner, entry.getKey() + " shows " + entry.getValue().getName())));
      }
    };
  }

  private static boolean isShown(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static ArchRule onlyFrom(List<String> users, String room) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(packages(users))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(packages(room))
        .allowEmptyShould(true);
  }

  private static String packages(String room) {
    return ROOT + room + "..";
  }

  private static String[] packages(List<String> rooms) {
    return rooms.stream().map(ArrowsTest::packages).toArray(String[]::new);
  }
}
