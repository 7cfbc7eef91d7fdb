package io.github.npu4j.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.InnerClassInfo;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What users see of each module: the packages by name, the public types by number. Whoever needs to
 * change a line here changes what every user's code may depend on.
 */
class ExportsTest {

  private static final String ROOT = "io.github.npu4j.";

  /** The packages that everyone may use. */
  private static final Map<Module, Set<String>> EXPORTED =
      Map.of(
          Module.NATIVE, Set.of("error", "ort", "qnn", "qnn.info", "tensor"),
          Module.CORE,
              Set.of(
                  "artifact",
                  "catalog",
                  "engine",
                  "engine.open",
                  "numeric",
                  "runtime",
                  "seq2seq",
                  "seq2seq.constraint",
                  "seq2seq.generation",
                  "store",
                  "text",
                  "tokenizer",
                  "tokenizer.trie"),
          Module.TOOLS, Set.of("compile", "inspect", "measure", "parity"),
          Module.CLI, Set.of());

  /** The most public types, nested ones counted, that users see of each module. */
  private static final Map<Module, Integer> MOST_TYPES =
      Map.of(Module.NATIVE, 76, Module.CORE, 96, Module.TOOLS, 51, Module.CLI, 0);

  @ParameterizedTest
  @EnumSource
  void exportsToEveryoneOnlyWhatUsersMayUse(Module module) throws IOException {
    assertEquals(new TreeSet<>(EXPORTED.get(module)), exported(module.descriptor()));
  }

  @ParameterizedTest
  @EnumSource
  void exportsTheRestToItsOwnModulesAlone(Module module) throws IOException {
    Set<String> own = new HashSet<>();
    for (Module one : Module.values()) {
      own.add(one.descriptor().name());
    }
    for (ModuleDescriptor.Exports exports : module.descriptor().exports()) {
      assertTrue(own.containsAll(exports.targets()), exports::toString);
    }
    assertTrue(
        module == Module.CLI || module.descriptor().opens().isEmpty(),
        () -> module + " opens packages");
  }

  @ParameterizedTest
  @EnumSource
  void showsNoMorePublicTypes(Module module) throws IOException {
    Set<String> types = publicTypes(module);
    assertTrue(
        types.size() <= MOST_TYPES.get(module),
        () -> types.size() + " public types in the exported packages of " + module + ": " + types);
  }

  @Test
  void countsNestedTypesAndNoHiddenOnes() throws IOException {
    Set<String> types = publicTypes(Module.NATIVE);
    assertTrue(types.containsAll(List.of("qnn.Qnn", "qnn.Profile", "qnn.Profile$Level")));
    assertTrue(types.stream().noneMatch(type -> type.startsWith("internal.")), types::toString);
    assertTrue(types.stream().noneMatch(type -> type.endsWith("package-info")), types::toString);
  }

  private static Set<String> exported(ModuleDescriptor descriptor) {
    return descriptor.exports().stream()
        .filter(exports -> !exports.isQualified())
        .map(exports -> exports.source().substring(ROOT.length()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> publicTypes(Module module) throws IOException {
    Set<String> packages = exported(module.descriptor());
    return module.inClasses(root -> {
      Set<String> types = new TreeSet<>();
      for (String name : packages) {
        Path folder = root.resolve((ROOT + name).replace('.', '/'));
        try (Stream<Path> files = Files.list(folder)) {
          for (Path file : files.filter(one -> one.toString().endsWith(".class")).toList()) {
            try (InputStream in = Files.newInputStream(file)) {
              ClassModel type = ClassFile.of().parse(in.readAllBytes());
              if (isSeen(type)) {
                types.add(
                    name + file.getFileName().toString().replaceFirst("^(.*)\\.class$", ".$1"));
              }
            }
          }
        }
      }
      return types;
    });
  }

  /** Whether the type and those around it are public. */
  private static boolean isSeen(ClassModel type) {
    if (!type.flags().has(AccessFlag.PUBLIC)) {
      return false;
    }
    String name = type.thisClass().asInternalName();
    List<InnerClassInfo> around =
        type.findAttribute(Attributes.innerClasses())
            .map(InnerClassesAttribute::classes)
            .orElse(List.of());
    for (InnerClassInfo inner : around) {
      String nested = inner.innerClass().asInternalName();
      if ((name + "$").startsWith(nested + "$") && !inner.has(AccessFlag.PUBLIC)) {
        return false;
      }
    }
    return true;
  }
}
