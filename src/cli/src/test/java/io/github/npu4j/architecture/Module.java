package io.github.npu4j.architecture;

import io.github.npu4j.cli.Main;
import io.github.npu4j.compile.Compiler;
import io.github.npu4j.engine.Model;
import io.github.npu4j.error.NpuException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/** The project's modules, from the bottom up, each told by one class of it. */
enum Module {
  NATIVE("src/native", NpuException.class),
  CORE("src/core", Model.class),
  TOOLS("src/tools", Compiler.class),
  CLI("src/cli", Main.class);

  private final Path folder;
  private final Class<?> member;

  Module(String folder, Class<?> member) {
    this.folder = Path.of(folder);
    this.member = member;
  }

  /** The module's folder below the top of the repository, where tests run. */
  Path folder() {
    return folder;
  }

  /** The folder of classes or the jar that this test runs with. */
  Path location() {
    try {
      return Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is done with a module's classes. */
  @FunctionalInterface
  interface Visit<T> {
    T at(Path root) throws IOException;
  }

  /** Visits the root of the module's classes, in a folder or inside the jar. */
  <T> T inClasses(Visit<T> visit) throws IOException {
    Path place = location();
    if (Files.isDirectory(place)) {
      return visit.at(place);
    }
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      return visit.at(jar.getPath("/"));
    }
  }

  ModuleDescriptor descriptor() throws IOException {
    return inClasses(root -> {
      try (InputStream file = Files.newInputStream(root.resolve("module-info.class"))) {
        return ModuleDescriptor.read(file);
      }
    });
  }
}
