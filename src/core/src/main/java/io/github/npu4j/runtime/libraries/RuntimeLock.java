package io.github.npu4j.runtime.libraries;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * The versions of the native libraries that this npu4j is made and tested with, with their hashes.
 *
 * <p>They stand in {@code runtime-lock.properties} beside this class.
 */
public final class RuntimeLock {

  /**
   * A wheel on PyPI, or on the user's mirror of it.
   *
   * @param kind {@code qnn} for Qualcomm's libraries, {@code ort} for ONNX Runtime's
   * @param project its project name on PyPI
   * @param version its version
   * @param platform the platform that its libraries are for, such as {@code linux-x64}
   * @param python the Python version in its file name; no Python is needed to use it
   * @param tag its platform as pip calls it
   * @param file its file name
   * @param bytes its size
   * @param sha256 its SHA-256 in lower-case hexadecimal
   */
  public record Wheel(
      String kind,
      String project,
      String version,
      String platform,
      String python,
      String tag,
      String file,
      long bytes,
      String sha256) {

    /** Returns the name of its folder in the cache, such as {@code qnn-2.7.0-linux-x64}. */
    public String entryName() {
      return RuntimeLock.entryName(kind, version, platform);
    }
  }

  /**
   * The core library in the Maven jar of ONNX Runtime.
   *
   * @param platform the platform it is for
   * @param bytes its size
   * @param crc32 its CRC-32, which a jar tells without unpacking
   * @param sha256 its SHA-256 in lower-case hexadecimal
   */
  public record JarLibrary(String platform, long bytes, long crc32, String sha256) {}

  private static final RuntimeLock PINNED = read("runtime-lock.properties");

  private final Properties entries;

  public RuntimeLock(Properties entries) {
    this.entries = entries;
  }

  /** Returns the lock that this npu4j carries. */
  public static RuntimeLock pinned() {
    return PINNED;
  }

  /** Returns the version of Qualcomm's package. */
  public String qnnVersion() {
    return entry("qnn.version");
  }

  /** Returns the version of ONNX Runtime. */
  public String ortVersion() {
    return entry("ort.version");
  }

  /** Returns the platforms that a runtime can be installed for. */
  public List<String> platforms() {
    return List.of("linux-x64", "linux-arm64", "windows-x64", "windows-arm64");
  }

  /** Returns the wheels that a platform needs; none if no runtime exists for it. */
  public List<Wheel> wheels(String platform) {
    List<Wheel> wheels = new ArrayList<>();
    for (String kind : List.of("qnn", "ort")) {
      wheel(kind, platform).ifPresent(wheels::add);
    }
    return List.copyOf(wheels);
  }

  /** Returns the wheel with these bytes. */
  public Optional<Wheel> wheelOf(String sha256) {
    return platforms().stream()
        .flatMap(platform -> wheels(platform).stream())
        .filter(wheel -> wheel.sha256.equals(sha256))
        .findFirst();
  }

  /** Returns the name that Qualcomm's libraries for a platform have in the cache. */
  public String qnnEntryName(String platform) {
    return entryName("qnn", qnnVersion(), platform);
  }

  /** Returns the name that ONNX Runtime's library for a platform has in the cache. */
  public String ortEntryName(String platform) {
    return entryName("ort", ortVersion(), platform);
  }

  public Optional<JarLibrary> jarLibrary(String platform) {
    String key = "jar." + platform + ".";
    if (!entries.containsKey(key + "sha256")) {
      return Optional.empty();
    }
    return Optional.of(
        new JarLibrary(
            platform,
            Long.parseLong(entry(key + "bytes")),
            Long.parseLong(entry(key + "crc32"), 16),
            entry(key + "sha256")));
  }

  private Optional<Wheel> wheel(String kind, String platform) {
    String key = kind + "." + platform + ".";
    if (!entries.containsKey(key + "file")) {
      return Optional.empty();
    }
    return Optional.of(
        new Wheel(
            kind,
            entry(kind + ".package"),
            entry(kind + ".version"),
            platform,
            entry(kind + ".python"),
            entry(key + "tag"),
            entry(key + "file"),
            Long.parseLong(entry(key + "bytes")),
            entry(key + "sha256")));
  }

  private static String entryName(String kind, String version, String platform) {
    return kind + "-" + version + "-" + platform;
  }

  private String entry(String key) {
    String value = entries.getProperty(key);
    if (value == null) {
      throw new IllegalStateException("runtime-lock.properties has no " + key);
    }
    return value;
  }

  private static RuntimeLock read(String resource) {
    Properties entries = new Properties();
    try (InputStream in = RuntimeLock.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from npu4j's jar");
      }
      entries.load(in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return new RuntimeLock(entries);
  }
}
