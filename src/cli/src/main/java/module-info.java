/** The command {@code npu4j}: arguments in, rooms called, results out. */
module io.github.npu4j.cli {
  requires io.github.npu4j.tools;
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires HdrHistogram;
  requires info.picocli;
  requires me.tongfei.progressbar;

  // Its log has the form of its other notices.
  provides java.lang.System.LoggerFinder with
      io.github.npu4j.cli.console.LogLines;

  // For options, and for values that are reported as JSON.
  opens io.github.npu4j.cli to
      info.picocli,
      io.github.npu4j.tools;
  opens io.github.npu4j.cli.bench to
      info.picocli,
      io.github.npu4j.tools;
  opens io.github.npu4j.cli.console to
      info.picocli,
      io.github.npu4j.tools;
  opens io.github.npu4j.cli.installed to
      info.picocli,
      io.github.npu4j.tools;
  opens io.github.npu4j.cli.options to
      info.picocli,
      io.github.npu4j.tools;
  opens io.github.npu4j.cli.ship to
      info.picocli,
      io.github.npu4j.tools;
  opens io.github.npu4j.cli.use to
      info.picocli,
      io.github.npu4j.tools;
}
