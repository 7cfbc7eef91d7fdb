package io.github.npu4j.cli.console;

import picocli.CommandLine.IVersionProvider;

/** The version of the jar, and of the Java it runs on. */
public final class Version implements IVersionProvider {
  /** Returns the version of the jar. */
  public static String own() {
    String own = Version.class.getPackage().getImplementationVersion();
    return own == null ? "(from classes)" : own;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "npu4j " + own(),
      "Java "
          + Runtime.version()
          + ", "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
    };
  }
}
