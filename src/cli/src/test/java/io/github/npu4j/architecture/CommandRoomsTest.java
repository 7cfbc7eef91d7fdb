package io.github.npu4j.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command's rooms: its entry, the topics below it, and below those what they share. */
class CommandRoomsTest {

  private static final String CLI = "io.github.npu4j.cli";
  private static final List<String> TOPICS =
      List.of(CLI + ".bench", CLI + ".installed", CLI + ".ship", CLI + ".use");
  private static final String OPTIONS = CLI + ".options";
  private static final String CONSOLE = CLI + ".console";

  private static final JavaClasses COMMAND =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(CLI);

  private static ArchRule knowsNothingOf(String room, List<String> others) {
    return noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others.toArray(String[]::new));
  }

  @Test
  void topicsKnowNeitherOneAnotherNorTheirEntry() {
    for (String topic : TOPICS) {
      List<String> others = new ArrayList<>(TOPICS);
      others.remove(topic);
      others.add(CLI);
      knowsNothingOf(topic, others).check(COMMAND);
    }
  }

  @Test
  void whatTheyShareKnowsNoTopic() {
    List<String> above = new ArrayList<>(TOPICS);
    above.add(CLI);
    knowsNothingOf(OPTIONS, above).check(COMMAND);
    above.add(OPTIONS);
    knowsNothingOf(CONSOLE, above).check(COMMAND);
  }

  @Test
  void theRulesBite() {
    ArchRule entry = knowsNothingOf(CLI, TOPICS);
    assertThrows(AssertionError.class, () -> entry.check(COMMAND));
    ArchRule topic = knowsNothingOf(TOPICS.getFirst(), List.of(CONSOLE));
    assertThrows(AssertionError.class, () -> topic.check(COMMAND));
  }
}
