package io.github.npu4j.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.github.npu4j.architecture.circle.one.First;
import io.github.npu4j.architecture.circle.two.Second;
import org.junit.jupiter.api.Test;

/** No two packages need each other, directly or by way of others. */
class CirclesTest {

  private static final String ROOT = "io.github.npu4j.";

  @Test
  void packagesHaveNoCircle() {
    slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(ArrowsTest.PRODUCT);
  }

  @Test
  void theRuleBites() {
    JavaClasses circle = new ClassFileImporter().importClasses(First.class, Second.class);
    ArchRule rule = slices().matching(ROOT + "architecture.circle.(**)").should().beFreeOfCycles();
    AssertionError error = assertThrows(AssertionError.class, () -> rule.check(circle));
    assertTrue(error.getMessage().contains("one -> "), error.getMessage());
  }
}
