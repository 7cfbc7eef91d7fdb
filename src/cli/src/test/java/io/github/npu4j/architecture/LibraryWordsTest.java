package io.github.npu4j.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The libraries' messages speak to a programmer, of methods and values of the API. Options of the
 * command stand in them only within a whole command line; what the command calls them instead is
 * the command's own business.
 */
class LibraryWordsTest {

  /** An option in the middle of a sentence; one alone is an argument for another program. */
  private static final Pattern OPTION = Pattern.compile("[ (]--[a-z]");

  /** Options of Java, and those that follow a command on the same line. */
  private static final Pattern ALLOWED =
      Pattern.compile("Start Java with --enable-native-access=|npu4j [a-z]+ [a-z]+ --| --jar ");

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "CORE"})
  void noMessageOfALibraryNamesAnOptionOfTheCommand(Module module) throws IOException {
    assertEquals(Set.of(), module.inClasses(LibraryWordsTest::options));
  }

  @Test
  void findsOptionsWhereTheyAre() throws IOException {
    Set<String> found = Module.CLI.inClasses(LibraryWordsTest::options);
    assertTrue(found.size() > 5, found::toString);
  }

  private static Set<String> options(Path classes) throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".class")).toList()) {
        ClassModel type = ClassFile.of().parse(Files.readAllBytes(file));
        for (PoolEntry entry : type.constantPool()) {
          if (entry instanceof StringEntry text && speaksOfOptions(text.stringValue())) {
            found.add(type.thisClass().asInternalName() + ": " + text.stringValue());
          }
        }
      }
    }
    return found;
  }

  private static boolean speaksOfOptions(String text) {
    return OPTION.matcher(ALLOWED.matcher(text).replaceAll("")).find();
  }
}
