package io.github.npu4j.runtime;

import static io.github.npu4j.runtime.FakeLibraries.elf;
import static io.github.npu4j.runtime.FakeLibraries.hybrid;
import static io.github.npu4j.runtime.FakeLibraries.pe;
import static io.github.npu4j.runtime.FakeLibraries.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.runtime.Platform.Cpu;
import io.github.npu4j.runtime.Platform.Os;
import io.github.npu4j.runtime.libraries.RuntimeLock;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking for libraries on platforms that this is not, in folders that hold only their heads. */
class NativeRuntimeTest {

  private static final Platform LINUX_X64 = new Platform(Os.LINUX, Cpu.X64);
  private static final Platform LINUX_ARM64 = new Platform(Os.LINUX, Cpu.ARM64);
  private static final Platform WINDOWS_X64 = new Platform(Os.WINDOWS, Cpu.X64);
  private static final Platform WINDOWS_ARM64 = new Platform(Os.WINDOWS, Cpu.ARM64);
  private static final Platform WINDOWS_X64_ON_ARM64 = new Platform(Os.WINDOWS, Cpu.X64, Cpu.ARM64);

  @TempDir Path temp;

  private NativeRuntime find(Platform platform, String... settings) {
    return NativeRuntime.find(platform, Cache.at(temp.resolve("cache")), settings(settings));
  }

  private Path cached(String name) {
    return temp.resolve("cache/runtime").resolve(name);
  }

  @Test
  void withoutARuntimeEveryAnswerIsAValueWithTheLineThatGetsIt() {
    NativeRuntime runtime = find(LINUX_ARM64);
    for (LibrarySearch located :
        new LibrarySearch[] {
          runtime.qnnHtp(), runtime.qnnSystem(), runtime.qnnProvider(), runtime.skelFolder()
        }) {
      LibrarySearch.Absent absent = assertInstanceOf(LibrarySearch.Absent.class, located);
      assertTrue(absent.reasons().getFirst().contains("npu4j's cache: no folder"));
      RuntimeMissingException thrown =
          assertThrows(RuntimeMissingException.class, located::require);
      assertTrue(thrown.advice().contains("npu4j runtime install"), thrown.getMessage());
    }
  }

  @Test
  void macOsHasNoNpuAndSaysSo() {
    NativeRuntime runtime = find(new Platform(Os.MACOS, Cpu.ARM64));
    LibrarySearch.Absent absent = assertInstanceOf(LibrarySearch.Absent.class, runtime.qnnHtp());
    assertTrue(absent.reasons().getFirst().contains("none for macos-arm64"));
    assertTrue(absent.advice().contains("CPU"));
  }

  @Test
  void theInstalledWheelIsFoundWithEachLibraryInIt() throws IOException {
    Path folder = cached("qnn-2.7.0-linux-x64").resolve("onnxruntime_qnn");
    Path htp = elf(folder.resolve("libQnnHtp.so"), Cpu.X64);
    Path plugin = elf(folder.resolve("libonnxruntime_providers_qnn.so"), Cpu.X64);
    NativeRuntime runtime = find(LINUX_X64);
    LibrarySearch.Found found = assertInstanceOf(LibrarySearch.Found.class, runtime.qnnHtp());
    assertEquals(htp, found.path());
    assertEquals("npu4j's cache", found.origin());
    assertEquals(plugin, runtime.qnnProvider().require());
    LibrarySearch.Absent system = assertInstanceOf(LibrarySearch.Absent.class, runtime.qnnSystem());
    assertEquals("libQnnSystem.so", system.what());
  }

  @Test
  void theUsersFolderGoesFirstAndIsNamedWhenItHasNothing() throws IOException {
    Path mine = temp.resolve("mine");
    Path htp = elf(mine.resolve("libQnnHtp.so"), Cpu.X64);
    elf(cached("qnn-2.7.0-linux-x64").resolve("onnxruntime_qnn/libQnnHtp.so"), Cpu.X64);
    assertEquals(htp, find(LINUX_X64, "npu4j.runtime", mine.toString()).qnnHtp().require());
    assertEquals(htp, find(LINUX_X64, "NPU4J_RUNTIME", mine.toString()).qnnHtp().require());

    Files.delete(htp);
    LibrarySearch.Found other =
        assertInstanceOf(
            LibrarySearch.Found.class, find(LINUX_X64, "NPU4J_RUNTIME", mine.toString()).qnnHtp());
    assertEquals("npu4j's cache", other.origin());
    assertTrue(other.passedOver().getFirst().startsWith("NPU4J_RUNTIME: no libQnnHtp.so"));
  }

  @Test
  void aLibraryForAnotherCpuIsPassedOverWithTheReason() throws IOException {
    Path folder = cached("qnn-2.7.0-linux-arm64").resolve("onnxruntime_qnn");
    elf(folder.resolve("libQnnHtp.so"), Cpu.X64);
    LibrarySearch.Absent absent =
        assertInstanceOf(LibrarySearch.Absent.class, find(LINUX_ARM64).qnnHtp());
    assertTrue(
        absent.reasons().toString().contains("is for x64 and this Java VM is for linux-arm64"),
        absent.toString());
  }

  @Test
  void aDamagedLibraryIsPassedOver() throws IOException {
    Path file = cached("qnn-2.7.0-linux-x64").resolve("onnxruntime_qnn/libQnnHtp.so");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "x");
    LibrarySearch.Absent absent =
        assertInstanceOf(LibrarySearch.Absent.class, find(LINUX_X64).qnnHtp());
    assertTrue(absent.reasons().toString().contains("is for no CPU known here"), absent.toString());
  }

  @Test
  void anX64VmOnSnapdragonTakesArm64EcAndOnAnX64CpuTheEmulator() throws IOException {
    Path libs = cached("qnn-2.7.0-windows-x64").resolve("onnxruntime_qnn/libs");
    Path emulator = pe(libs.resolve("amd64/QnnHtp.dll"), Cpu.X64);
    Path device = hybrid(libs.resolve("arm64ec/QnnHtp.dll"), Cpu.ARM64); // as in the wheel
    Files.createFile(libs.resolve("arm64ec/libQnnHtpV73Skel.so"));
    assertEquals(emulator, find(WINDOWS_X64).qnnHtp().require());
    assertTrue(WINDOWS_X64.emulatesHtp());
    NativeRuntime snapdragon = find(WINDOWS_X64_ON_ARM64);
    assertEquals(device, snapdragon.qnnHtp().require());
    assertEquals(libs.resolve("arm64ec"), snapdragon.skelFolder().require());
    assertTrue(!WINDOWS_X64_ON_ARM64.emulatesHtp());
    assertEquals("windows-x64 on arm64", WINDOWS_X64_ON_ARM64.toString());
  }

  @Test
  void hybridLibrariesAreOnlyForArm64Machines() throws IOException {
    LibraryFile ec = LibraryFile.read(hybrid(temp.resolve("ec.dll"), Cpu.X64));
    LibraryFile both = LibraryFile.read(hybrid(temp.resolve("x.dll"), Cpu.ARM64));
    LibraryFile x64 = LibraryFile.read(pe(temp.resolve("x64.dll"), Cpu.X64));
    LibraryFile arm64 = LibraryFile.read(pe(temp.resolve("arm64.dll"), Cpu.ARM64));
    assertTrue(ec.fits(WINDOWS_X64_ON_ARM64));
    assertTrue(both.fits(WINDOWS_X64_ON_ARM64));
    assertTrue(both.fits(WINDOWS_ARM64));
    assertTrue(x64.fits(WINDOWS_X64_ON_ARM64));
    assertTrue(x64.fits(WINDOWS_X64));
    assertTrue(arm64.fits(WINDOWS_ARM64));
    assertFalse(ec.fits(WINDOWS_X64));
    assertFalse(ec.fits(WINDOWS_ARM64));
    assertFalse(both.fits(WINDOWS_X64));
    assertFalse(arm64.fits(WINDOWS_X64_ON_ARM64));
  }

  @Test
  void anyHeadIsReadWithoutHarm() throws IOException {
    byte[] whole = Files.readAllBytes(hybrid(temp.resolve("x.dll"), Cpu.ARM64));
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      byte[] damaged = Arrays.copyOf(whole, i % 5 == 0 ? random.nextInt(2048) : whole.length);
      for (int change = 0; change < 8 && damaged.length > 0; change++) {
        damaged[random.nextInt(Math.min(damaged.length, 500))] = (byte) random.nextInt();
      }
      LibraryFile.read(Files.write(temp.resolve("damaged.dll"), damaged));
    }
  }

  @Test
  void theEmulatorNeedsNoSkel() throws IOException {
    elf(cached("qnn-2.7.0-linux-x64").resolve("onnxruntime_qnn/libQnnHtp.so"), Cpu.X64);
    LibrarySearch.Absent absent =
        assertInstanceOf(LibrarySearch.Absent.class, find(LINUX_X64).skelFolder());
    assertTrue(absent.reasons().getFirst().contains("emulator"));
  }

  @Test
  void theSdksFoldersAreKnown() throws IOException {
    Path sdk = temp.resolve("sdk");
    Path linux = elf(sdk.resolve("lib/x86_64-linux-clang/libQnnHtp.so"), Cpu.X64);
    Path arm = elf(sdk.resolve("lib/aarch64-oe-linux-gcc11.2/libQnnHtp.so"), Cpu.ARM64);
    Path windows = pe(sdk.resolve("lib/aarch64-windows-msvc/QnnHtp.dll"), Cpu.ARM64);
    Path arm64x = hybrid(sdk.resolve("lib/arm64x-windows-msvc/QnnHtp.dll"), Cpu.ARM64);
    Path skels = Files.createDirectories(sdk.resolve("lib/hexagon-v73/unsigned"));
    Files.createFile(skels.resolve("libQnnHtpV73Skel.so"));
    String root = sdk.toString();
    assertEquals(linux, find(LINUX_X64, "QNN_SDK_ROOT", root).qnnHtp().require());
    assertEquals(arm, find(LINUX_ARM64, "QAIRT_SDK_ROOT", root).qnnHtp().require());
    assertEquals(windows, find(WINDOWS_ARM64, "QNN_SDK_ROOT", root).qnnHtp().require());
    assertEquals(arm64x, find(WINDOWS_X64_ON_ARM64, "QNN_SDK_ROOT", root).qnnHtp().require());
    assertEquals(skels, find(LINUX_ARM64, "QNN_SDK_ROOT", root).skelFolder().require());
  }

  @Test
  void theSdkHasNoPluginButTheCacheMay() throws IOException {
    Path sdk = temp.resolve("sdk");
    elf(sdk.resolve("lib/x86_64-linux-clang/libQnnHtp.so"), Cpu.X64);
    Path folder = cached("qnn-2.7.0-linux-x64").resolve("onnxruntime_qnn");
    elf(folder.resolve("libQnnHtp.so"), Cpu.X64);
    Path plugin = elf(folder.resolve("libonnxruntime_providers_qnn.so"), Cpu.X64);
    NativeRuntime runtime = find(LINUX_X64, "NPU4J_RUNTIME", sdk.toString());
    assertEquals("NPU4J_RUNTIME", ((LibrarySearch.Found) runtime.qnnHtp()).origin());
    assertEquals(plugin, runtime.qnnProvider().require());
  }

  @Test
  void anotherVersionInTheCacheServesUntilThePinnedOneIsThere() throws IOException {
    Path old = elf(cached("qnn-2.4.0-linux-x64").resolve("onnxruntime_qnn/libQnnHtp.so"), Cpu.X64);
    assertEquals(old, find(LINUX_X64).qnnHtp().require());
    Path pinned =
        elf(cached("qnn-2.7.0-linux-x64").resolve("onnxruntime_qnn/libQnnHtp.so"), Cpu.X64);
    elf(cached("qnn-2.9.0-linux-x64").resolve("onnxruntime_qnn/libQnnHtp.so"), Cpu.X64);
    assertEquals(pinned, find(LINUX_X64).qnnHtp().require());
  }

  @Test
  void windowsOnArmTakesOnnxRuntimeFromItsWheel() throws IOException {
    NativeRuntime without = find(WINDOWS_ARM64);
    LibrarySearch.Absent absent =
        assertInstanceOf(LibrarySearch.Absent.class, without.onnxruntime());
    assertTrue(absent.advice().contains("npu4j runtime install"), absent.toString());
    Path dll = pe(cached("ort-1.29.0-windows-arm64").resolve("onnxruntime.dll"), Cpu.ARM64);
    assertEquals(dll, find(WINDOWS_ARM64).onnxruntime().require());
  }

  @Test
  void theJarsLibraryIsUnpackedOnceForEachPlatformThatItHas() throws IOException {
    Path arm = find(LINUX_ARM64).onnxruntime().require();
    assertEquals(cached("ort-1.29.0-linux-arm64").resolve("libonnxruntime.so"), arm);
    assertEquals(Cpu.ARM64, LibraryFile.read(arm).cpu());
    assertTrue(Files.exists(arm.resolveSibling("libonnxruntime4j_jni.so")));
    assertEquals(arm, find(LINUX_ARM64).onnxruntime().require());
  }

  @Test
  void aCacheThatCanNotBeWrittenIsAReasonInWordsAndATemporaryFolderTakesItsPlace()
      throws IOException {
    Path file = Files.writeString(temp.resolve("cache"), "in the way");
    LibrarySearch.Found found =
        assertInstanceOf(LibrarySearch.Found.class, find(LINUX_ARM64).onnxruntime());
    assertTrue(found.passedOver().toString().contains("can't be written"), found.toString());
    assertTrue(found.passedOver().toString().contains(file.toString()), found.toString());
    assertTrue(found.path().startsWith(System.getProperty("java.io.tmpdir")), found.toString());
    assertEquals(Cpu.ARM64, LibraryFile.read(found.path()).cpu());
  }

  @Test
  void theUsersOnnxRuntimeGoesFirst() throws IOException {
    Path mine = elf(temp.resolve("mine/libonnxruntime.so"), Cpu.ARM64);
    assertEquals(
        mine,
        find(LINUX_ARM64, "NPU4J_RUNTIME", mine.getParent().toString()).onnxruntime().require());
    assertEquals(
        mine,
        find(LINUX_ARM64, "onnxruntime.native.path", mine.getParent().toString())
            .onnxruntime()
            .require());
    assertEquals(
        mine,
        find(LINUX_ARM64, "onnxruntime.native.onnxruntime.path", mine.toString())
            .onnxruntime()
            .require());
  }

  @Test
  void platformsHaveNames() {
    for (String name : RuntimeLock.pinned().platforms()) {
      assertEquals(name, Platform.named(name).orElseThrow().name());
    }
    assertTrue(Platform.named("plan9-mips").isEmpty());
    assertEquals(Os.WINDOWS, Platform.os("Windows 11"));
    assertEquals(Os.MACOS, Platform.os("Mac OS X"));
    assertEquals(Os.OTHER, Platform.os("AIX"));
    assertEquals(Cpu.ARM64, Platform.cpu("aarch64"));
    assertEquals(Cpu.OTHER, Platform.cpu("riscv64"));
  }

  @Test
  void theSkelPathIsPutFirstAndOnce() {
    Path skels = Path.of("/opt/skels");
    assertEquals("/opt/skels", SkelPath.with(skels, null));
    assertEquals("/opt/skels;/dsp", SkelPath.with(skels, "/dsp"));
    assertEquals("/dsp;/opt/skels", SkelPath.with(skels, "/dsp;/opt/skels"));
  }
}
