package io.github.npu4j.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.compile.CompileProgress.Phase;
import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.hostile.HostileModels;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Compilations that are stopped: what the caller is told, and that nothing is left of them. */
class CompileChildIT {

  @TempDir private Path folder;
  private Cache cache;
  private NativeRuntime runtime;
  private CompileRequest request;

  @BeforeEach
  void prepare() throws IOException {
    cache = Cache.at(folder.resolve("cache"));
    Path runtimes = cache.folder(Cache.Section.RUNTIME);
    Files.createDirectories(runtimes.getParent());
    Files.createSymbolicLink(runtimes, Cache.standard().folder(Cache.Section.RUNTIME));
    runtime = NativeRuntime.find(Platform.current(), cache);
    Path model = Files.write(folder.resolve("small.onnx"), HostileModels.mlp());
    request = CompileRequest.of(model, Soc.X_ELITE, List.of());
  }

  @AfterEach
  void nothingIsLeftAndTheNextOneSucceeds() throws IOException {
    assertEquals(0, ProcessHandle.current().children().filter(ProcessHandle::isAlive).count());
    try (Stream<Path> left = Files.walk(cache.folder(Cache.Section.COMPILED))) {
      assertEquals(List.of(), left.filter(file -> file.toString().endsWith(".onnx")).toList());
    }
    CompiledContext made = new Compiler(runtime).compile(request, CompileProgress.NONE).getFirst();
    assertFalse(made.cached());
  }

  @Test
  void aCompilationThatTakesTooLongIsAnErrorThatNamesTheLimit() {
    Compiler compiler = new Compiler(runtime).withTimeLimit(Duration.ofMillis(1));
    CompileFailedException stopped =
        assertThrows(
            CompileFailedException.class, () -> compiler.compile(request, CompileProgress.NONE));
    assertEquals("can't compile small.onnx", stopped.what());
    assertTrue(
        stopped.why().contains("was stopped after 0.001 s without an answer"), stopped.why());
    assertTrue(stopped.advice().contains("withTimeLimit"), stopped.advice());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aCompilationThatTakesTooMuchMemoryIsAnErrorThatNamesTheLimit() {
    Compiler compiler = new Compiler(runtime).withMemoryLimit(60L << 20);
    CompileFailedException stopped =
        assertThrows(
            CompileFailedException.class, () -> compiler.compile(request, CompileProgress.NONE));
    assertTrue(stopped.why().contains("held more than 60 MiB"), stopped.why());
    assertTrue(stopped.advice().contains("withMemoryLimit"), stopped.advice());
  }

  /** As one does that a model made abort. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aCompilerThatDiesIsAnErrorThatSaysHow() {
    CompileFailedException died =
        assertThrows(
            CompileFailedException.class,
            () ->
                new Compiler(runtime)
                    .compile(
                        request,
                        (_, phase) -> {
                          if (phase == Phase.COMPILING) {
                            Thread.ofPlatform().daemon().start(CompileChildIT::killTheChild);
                          }
                        }));
    assertEquals("the process that compiled it was ended by signal 9", died.why());
    assertTrue(died.advice().contains("Qualcomm's compiler fails on"), died.advice());
  }

  /** Waits for the child, whose start the compilation waits for as well. */
  private static void killTheChild() {
    while (ProcessHandle.current().children().findAny().isEmpty()) {
      Thread.onSpinWait();
    }
    ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void anInterruptEndsIt() {
    assertThrows(
        RunAbortedException.class,
        () ->
            new Compiler(runtime)
                .compile(
                    request,
                    (_, phase) -> {
                      if (phase == Phase.COMPILING) {
                        Thread.currentThread().interrupt();
                      }
                    }));
    assertTrue(Thread.interrupted(), "stays interrupted");
  }

  @Test
  void aListenerThatThrowsEndsIt() {
    assertThrows(
        IllegalStateException.class,
        () ->
            new Compiler(runtime)
                .compile(
                    request,
                    (_, phase) -> {
                      if (phase == Phase.CHECKING) {
                        throw new IllegalStateException("enough");
                      }
                    }));
  }
}
