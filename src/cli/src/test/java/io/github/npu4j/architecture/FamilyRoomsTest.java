package io.github.npu4j.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.github.npu4j.family.ModelFamily;
import io.github.npu4j.family.registry.Families;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A model family is known by its interface: who would need its name asks the registry instead. */
class FamilyRoomsTest {

  private static final String FAMILY = "io.github.npu4j.family";
  private static final String REGISTRY = FAMILY + ".registry";

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.github.npu4j");

  /** The package of each family. */
  private static final Set<String> FAMILIES =
      Families.all().stream()
          .map(family -> family.getClass().getPackageName())
          .collect(Collectors.toSet());

  @Test
  void nobodyButTheRegistryKnowsAFamily() {
    List<String> owners = new ArrayList<>(FAMILIES);
    owners.add(REGISTRY);
    noClasses()
        .that()
        .resideOutsideOfPackages(owners.toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FAMILIES.toArray(String[]::new))
        .check(PRODUCT);
  }

  /** Constants leave no trace in class files: the sources are looked at, too. */
  @Test
  void noSourceNamesAFamilyEither() throws IOException {
    List<String> found = new ArrayList<>();
    int files = 0;
    for (Module module : Module.values()) {
      try (Stream<Path> below = Files.walk(module.folder().resolve("src/main/java"))) {
        for (Path file : below.filter(path -> path.toString().endsWith(".java")).toList()) {
          files++;
          String text = Files.readString(file);
          boolean inside = text.contains("package " + FAMILY + ".");
          FAMILIES.stream()
              .filter(family -> !inside && text.contains("import " + family + "."))
              .forEach(family -> found.add(file + " imports from " + family));
        }
      }
    }
    assertEquals(List.of(), found);
    assertTrue(files > 400, files + " files");
  }

  @Test
  void theInterfaceKnowsNothingBelowIt() {
    onlyBelow(FAMILY).check(PRODUCT);
    ArchRule registry = onlyBelow(REGISTRY);
    assertThrows(AssertionError.class, () -> registry.check(PRODUCT));
  }

  private static ArchRule onlyBelow(String room) {
    return noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FAMILIES.toArray(String[]::new));
  }

  @Test
  void familiesDoNotKnowOneAnother() {
    for (String family : FAMILIES) {
      List<String> others = new ArrayList<>(FAMILIES);
      others.remove(family);
      others.add(REGISTRY);
      noClasses()
          .that()
          .resideInAPackage(family)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others.toArray(String[]::new))
          .check(PRODUCT);
    }
  }

  @Test
  void eachFamilyHasARoomAndANameOfItsOwn() {
    assertEquals(Families.all().size(), FAMILIES.size());
    assertEquals(
        Families.all().size(), Families.all().stream().map(ModelFamily::name).distinct().count());
  }
}
