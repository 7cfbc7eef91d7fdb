package io.github.npu4j.cli.console;

import io.github.npu4j.store.Progress;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress in bytes as one bar a step, drawn beside the notices; nothing without a terminal. */
public final class ProgressBars implements Progress, AutoCloseable {

  private static final long MEGABYTE = 1_000_000;
  private static final int MILLIS_BETWEEN_DRAWS = 100;

  private final Console console;
  private String step = "";
  private @Nullable ProgressBar bar;

  public ProgressBars(Console console) {
    this.console = console;
  }

  @Override
  public void at(String what, long done, long total) {
    if (!console.interactive()) {
      return;
    }
    if (bar == null || !step.equals(what)) {
      close();
      step = what;
      bar = draw(what, total);
    }
    if (total > 0) {
      bar.stepTo(done);
    }
  }

  private ProgressBar draw(String what, long total) {
    return new ProgressBarBuilder()
        .setTaskName(what)
        .setInitialMax(total > 0 ? total : -1) // -1: a bar that only shows that work goes on
        .setUnit(" MB", MEGABYTE)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(MILLIS_BETWEEN_DRAWS)
        .setConsumer(new ConsoleProgressBarConsumer(console.notices()))
        .build();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
