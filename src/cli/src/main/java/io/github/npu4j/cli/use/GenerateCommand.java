package io.github.npu4j.cli.use;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.options.ConstraintOptions;
import io.github.npu4j.cli.options.GenerationSettings;
import io.github.npu4j.cli.options.ModelOptions;
import io.github.npu4j.cli.options.TextLines;
import io.github.npu4j.cli.options.TextLines.Line;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.Cancellation;
import io.github.npu4j.report.Json;
import io.github.npu4j.seq2seq.Seq2Seq;
import io.github.npu4j.seq2seq.Seq2SeqOptions;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "generate",
    description = {
      "Answer texts with a model that turns texts into texts, such as a T5.",
      "Each TEXT, or each line of standard input, gets its answer on a line, in order. A line that "
          + "can't be answered gets its error, the others are answered all the same, and the exit "
          + "code is 4."
    },
    footer = {"", "Example: npu4j generate out --device cpu \"wake me at seven tomorrow\""})
public final class GenerateCommand implements Callable<Integer> {

  private final Console console;

  @Spec @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "OUT",
      description = "A model folder, as npu4j export makes it.")
  Path folder = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "TEXT",
      description = "Texts to answer; without any, the lines of standard input.")
  List<String> texts = List.of();

  @Mixin ModelOptions where = new ModelOptions();

  @Mixin GenerationSettings settings = new GenerationSettings();

  @Mixin ConstraintOptions constraint = new ConstraintOptions();

  @Option(names = "--stream", description = "Print an answer piece by piece while it is made.")
  boolean stream;

  @Option(
      names = "--json",
      description =
          "Print an object a line, with text, answers (text, ids, ending, score), model, device, "
              + "engine, truncated and millis, or with text and error.")
  boolean json;

  public GenerateCommand(Console console) {
    this.console = console;
  }

  /** A text with its answers. */
  record Answered(
      String text,
      List<Answer> answers,
      String model,
      String device,
      String engine,
      boolean truncated,
      Millis millis) {}

  /** One answer. */
  record Answer(String text, List<Integer> ids, String ending, double score) {}

  /** What a text's answers took. */
  record Millis(double prefill, double perToken, double whole) {
    static Millis of(Generation answer) {
      return new Millis(
          answer.timings().prefillNanos() / 1e6,
          answer.timings().nanosPerStep() / 1e6,
          answer.timings().totalNanos() / 1e6);
    }
  }

  /** A text without. */
  record Failed(String text, String error) {}

  @Override
  public Integer call() throws IOException {
    if (stream && json) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), "--stream and --json exclude each other");
    }
    try (Seq2Seq model = Seq2Seq.open(folder, Seq2SeqOptions.defaults().withModel(where.open()))) {
      where.announce(model.placement(), console);
      GenerationOptions options =
          settings.options(model.defaults()).withConstraint(constraint.of(model.tokenizer()));
      return texts.isEmpty() ? answerLines(model, options) : answerArguments(model, options);
    }
  }

  private int answerArguments(Seq2Seq model, GenerationOptions options) {
    int code = ExitCode.DONE;
    for (String text : texts) {
      code = Math.max(code, answer(new Line(text, null), model, options));
    }
    return code;
  }

  private int answerLines(Seq2Seq model, GenerationOptions options) throws IOException {
    TextLines lines = new TextLines(System.in);
    int code = ExitCode.DONE;
    for (Line line = lines.next(); line != null; line = lines.next()) {
      code = Math.max(code, answer(line, model, options));
      if (console.results().checkError()) {
        return code;
      }
    }
    return code;
  }

  private int answer(Line line, Seq2Seq model, GenerationOptions options) {
    String error = line.error();
    if (error == null) {
      try {
        if (stream) {
          answerByPieces(line.text(), model, options);
        } else {
          print(line.text(), model.answers(line.text(), options), model);
        }
        return ExitCode.DONE;
      } catch (BadInputException refused) {
        error = String.valueOf(refused.getMessage());
      }
    }
    console.notices().println("npu4j: " + error);
    console.results().println(json ? Json.line(new Failed(line.text(), error)) : "error: " + error);
    return ExitCode.BAD;
  }

  private void answerByPieces(String text, Seq2Seq model, GenerationOptions options) {
    Generation answer =
        model.generate(
            text,
            options,
            piece -> {
              console.results().print(piece);
              console.results().flush();
            },
            new Cancellation());
    console.results().println();
    noticeCut(text, answer, model);
  }

  private void print(String text, List<Generation> answers, Seq2Seq model) {
    noticeCut(text, answers.getFirst(), model);
    if (!json) {
      answers.forEach(answer -> console.results().println(answer.text()));
      return;
    }
    Placement placement = model.placement();
    console
        .results()
        .println(
            Json.line(
                new Answered(
                    text,
                    answers.stream().map(GenerateCommand::reported).toList(),
                    model.name(),
                    placement.device().toString(),
                    placement.engine().label(),
                    answers.getFirst().truncated(),
                    Millis.of(answers.getFirst()))));
  }

  private static Answer reported(Generation answer) {
    return new Answer(
        answer.text(),
        answer.ids(),
        answer.ending().name().toLowerCase(Locale.ROOT),
        answer.score());
  }

  private void noticeCut(String text, Generation answer, Seq2Seq model) {
    if (answer.truncated()) {
      console
          .notices()
          .println(
              "npu4j: \""
                  + text.substring(0, Math.min(40, text.length()))
                  + "…\" was truncated: it has "
                  + answer.inputTokens()
                  + " tokens and the model takes "
                  + model.maxInputTokens());
    }
  }
}
