package io.github.npu4j.text;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelDescription.Kind;
import io.github.npu4j.artifact.ModelDescription.Prefixes;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.artifact.VectorOutput;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.ValueInfo;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import io.github.npu4j.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * What is known of an encoder, and from which file: {@code npu4j.json} first, then what
 * sentence-transformers and transformers wrote beside the model, then the graph itself. Nothing is
 * filled in that no file says.
 *
 * <p>Immutable. The files are read once, when this is made.
 *
 * @param description all that is known
 * @param facts each field that is known, and where from
 * @param undecided the fields without which texts can't be embedded: {@code pooling}, {@code
 *     normalized}, {@code maximumLength}; what the graph itself decides is not among them
 * @param notices what the files ask for that is done in another way, as whole sentences
 */
public record EncoderDescription(
    ModelDescription description, List<Fact> facts, List<String> undecided, List<String> notices) {

  /**
   * A field of a description.
   *
   * @param field its name in {@code npu4j.json}
   * @param value its value
   * @param source the file that says it, relative to the model's folder
   */
  public record Fact(String field, String value, String source) {}

  private static final String GRAPH = "the graph";

  /** Takes copies of the lists. */
  public EncoderDescription {
    facts = List.copyOf(facts);
    undecided = List.copyOf(undecided);
    notices = List.copyOf(notices);
  }

  /**
   * Reads what there is in a folder, the graph's outputs included.
   *
   * @param said what the caller knows, which goes before every file; {@link
   *     ModelDescription#unknown()} if nothing
   * @throws BadModelException if a file is damaged, the graph gives no embeddings, or its makers
   *     did what can't be done here
   */
  public static EncoderDescription of(ModelFolder folder, ModelDescription said) {
    Known known = new Known(folder, said);
    ModelDescription description = known.description();
    if (description.kind() == Kind.SEQ2SEQ || folder.onnx().isEmpty()) {
      return known.done(description);
    }
    TensorSpec output = known.choice(description).of(outputs(folder.requireOnnx()));
    if (folder.tokenizer().isPresent()) {
      description = description.withKind(Kind.EMBEDDING);
    }
    description = known.withOutput(description, output);
    if (description.maximumLength().isEmpty()) {
      description = known.withDeclaredLength(description);
    }
    return known.done(description);
  }

  /** Returns what is known before the graph is read, for opening it. */
  static Known before(ModelFolder folder, ModelDescription said) {
    return new Known(folder, said);
  }

  private static List<TensorSpec> outputs(Path onnx) {
    return OnnxModel.read(onnx).graph().outputs().stream()
        .map(ValueInfo::spec)
        .flatMap(Optional::stream)
        .toList();
  }

  /** Returns the error that some fields are not decided. */
  static BadModelException undecidedError(ModelFolder folder, List<String> fields) {
    return new UndecidedFields(folder.path(), fields).error();
  }

  /** What the files say, as far as it is read. */
  static final class Known {
    private final ModelFolder folder;
    private final List<Fact> facts = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private final List<String> undecided = new ArrayList<>();
    private final ModelDescription description;
    private Optional<String> architecture = Optional.empty();

    private Known(ModelFolder folder, ModelDescription said) {
      this.folder = folder;
      ModelDescription written = folder.description();
      note(said, "the caller");
      ModelDescription own = joined(said, written);
      note(missing(said, written), ModelFolder.DESCRIPTION);
      this.description = isWhole(own) ? own : filled(own, written);
    }

    /** Returns whether a description says all that the makers' files could. */
    private static boolean isWhole(ModelDescription own) {
      return own.kind() != Kind.TENSORS
          && !own.output().pooling().isEmpty()
          && own.output().normalized().isPresent()
          && own.maximumLength().isPresent();
    }

    /** Returns all that is known without the graph. */
    ModelDescription description() {
      return description;
    }

    /** Returns what chooses the output. */
    OutputChoice choice(ModelDescription known) {
      // Pooling that only the makers' files say is theirs to do where the graph has done it.
      boolean own = facts.stream().anyMatch(fact -> fact.field().equals("pooling") && isOwn(fact));
      VectorOutput wanted = known.output();
      return new OutputChoice(own ? wanted : wanted.withPooling(), architecture);
    }

    private static boolean isOwn(Fact fact) {
      return fact.source().equals("the caller") || fact.source().equals(ModelFolder.DESCRIPTION);
    }

    /** Takes the makers' files for what is not said. */
    private ModelDescription filled(ModelDescription own, ModelDescription written) {
      if (folder.isBare() || own.kind() == Kind.SEQ2SEQ) {
        return own;
      }
      MakersFiles files = MakersFiles.read(folder.path());
      architecture = files.architecture();
      boolean described = written.kind() != Kind.TENSORS;
      ModelDescription more =
          files.pooling().isEmpty() ? own : own.withKind(Kind.EMBEDDING); // who pools, embeds
      if (own.family().isEmpty() && files.family().isPresent()) {
        more = more.withFamily(files.family().get());
        fact("family", files.family().get(), MakersFiles.CONFIG);
      }
      more = more.withOutput(filled(own.output(), files, described));
      if (!described && own.prefixes().equals(Prefixes.NONE)) {
        Prefixes prefixes = files.prefixes();
        more = more.withPrefixes(prefixes);
        prefixFacts(prefixes, MakersFiles.promptSource());
      }
      Optional<MakersFiles.Limit> length = files.length();
      if (own.maximumLength().isEmpty() && length.isPresent()) {
        more = more.withMaximumLength(length.get().tokens());
        fact("maximumLength", String.valueOf(length.get().tokens()), length.get().source());
      }
      notices.addAll(files.notices());
      return more;
    }

    private VectorOutput filled(VectorOutput own, MakersFiles files, boolean described) {
      VectorOutput more = own;
      if (own.pooling().isEmpty() && !files.pooling().isEmpty()) {
        more = more.withPooling(files.pooling().toArray(Pooling[]::new));
        fact("pooling", words(files.pooling()), files.poolingSource());
      }
      if (!described && own.dense().isEmpty() && !files.dense().isEmpty()) {
        more = more.withDense(files.dense());
        fact("dense", String.join(", ", files.dense()), MakersFiles.MODULES);
      }
      if (own.normalized().isEmpty() && files.normalized().isPresent()) {
        more = more.withNormalized(files.normalized().get());
        fact("normalized", files.normalized().get().toString(), files.normalizedSource());
      }
      return more;
    }

    /** Returns the description with the output that was chosen, and what it decides. */
    ModelDescription withOutput(ModelDescription known, TensorSpec output) {
      VectorOutput used = known.output();
      if (used.name().isEmpty()) {
        used = used.withName(output.name());
        fact("output", output.name(), GRAPH);
      }
      if (output.shape().rank() == 2) {
        // One vector a text: the graph has pooled, and applied what its makers put behind that.
        used = used.withPooling().withDense(List.of());
        facts.removeIf(fact -> fact.field().equals("pooling") || fact.field().equals("dense"));
        fact("pooling", "none, " + output.name() + " is one vector a text", GRAPH);
        if (used.normalized().isEmpty()) {
          used = used.withNormalized(false);
          fact("normalized", "false, the vector is used as it comes", GRAPH);
        }
      } else if (used.pooling().isEmpty()) {
        undecided.add("pooling");
      }
      if (used.normalized().isEmpty()) {
        undecided.add("normalized");
      }
      return known.withOutput(withDimensions(used, output));
    }

    private VectorOutput withDimensions(VectorOutput used, TensorSpec output) {
      long width = output.shape().dimension(output.shape().rank() - 1);
      if (used.dimensions().isPresent() || width == Shape.DYNAMIC || !used.dense().isEmpty()) {
        return used;
      }
      int dimensions = Math.toIntExact(width * Math.max(1, used.pooling().size()));
      fact("dimensions", String.valueOf(dimensions), GRAPH);
      return used.withDimensions(dimensions);
    }

    /** Returns the description with the length that the graph or the tokenizer declares. */
    private ModelDescription withDeclaredLength(ModelDescription known) {
      OptionalInt positions = PositionTable.rows(folder);
      if (positions.isPresent()) {
        fact("maximumLength", String.valueOf(positions.getAsInt()), GRAPH + "'s positions");
        return known.withMaximumLength(positions.getAsInt());
      }
      if (folder.tokenizer().isPresent()) {
        try (Tokenizer tokenizer = Tokenizer.open(folder.tokenizer().get())) {
          OptionalInt declared = tokenizer.declaredMaximum();
          if (declared.isPresent()) {
            fact("maximumLength", String.valueOf(declared.getAsInt()), ModelFolder.TOKENIZER);
            return known.withMaximumLength(declared.getAsInt());
          }
        }
      }
      undecided.add("maximumLength");
      return known;
    }

    /** Returns the fields that are not decided. */
    List<String> undecided() {
      return undecided;
    }

    private EncoderDescription done(ModelDescription known) {
      return new EncoderDescription(known, facts, undecided, notices);
    }

    private void fact(String field, String value, String source) {
      facts.add(new Fact(field, value, source));
    }

    private void prefixFacts(Prefixes prefixes, String source) {
      if (!prefixes.query().isEmpty()) {
        fact("queryPrefix", prefixes.query(), source);
      }
      if (!prefixes.passage().isEmpty()) {
        fact("passagePrefix", prefixes.passage(), source);
      }
    }

    /** Notes all that a description says. */
    private void note(ModelDescription from, String source) {
      if (from.kind() != Kind.TENSORS) {
        fact("kind", from.kind().toString(), source);
      }
      VectorOutput output = from.output();
      from.family().ifPresent(family -> fact("family", family, source));
      output.name().ifPresent(name -> fact("output", name, source));
      if (!output.pooling().isEmpty()) {
        fact("pooling", words(output.pooling()), source);
      }
      if (!output.dense().isEmpty()) {
        fact("dense", String.join(", ", output.dense()), source);
      }
      output.normalized().ifPresent(scaled -> fact("normalized", scaled.toString(), source));
      output.dimensions().ifPresent(count -> fact("dimensions", String.valueOf(count), source));
      prefixFacts(from.prefixes(), source);
      from.maximumLength()
          .ifPresent(tokens -> fact("maximumLength", String.valueOf(tokens), source));
    }

    /** Returns a description that says what the first says and, of the rest, what the second. */
    private static ModelDescription joined(ModelDescription first, ModelDescription second) {
      ModelDescription both = first.kind() == Kind.TENSORS ? first.withKind(second.kind()) : first;
      both = first.family().isEmpty() ? second.family().map(both::withFamily).orElse(both) : both;
      both = both.withOutput(joined(first.output(), second.output()));
      if (first.prefixes().equals(Prefixes.NONE)) {
        both = both.withPrefixes(second.prefixes());
      }
      if (first.maximumLength().isEmpty() && second.maximumLength().isPresent()) {
        both = both.withMaximumLength(second.maximumLength().getAsInt());
      }
      if (first.origin().equals(ModelDescription.Origin.UNKNOWN)) {
        both = both.withOrigin(second.origin());
      }
      for (var setting : second.settings().entrySet()) {
        if (!first.settings().containsKey(setting.getKey())) {
          both = both.withSetting(setting.getKey(), setting.getValue());
        }
      }
      return both;
    }

    private static VectorOutput joined(VectorOutput first, VectorOutput second) {
      return new VectorOutput(
          first.name().or(second::name),
          first.pooling().isEmpty() ? second.pooling() : first.pooling(),
          first.dense().isEmpty() ? second.dense() : first.dense(),
          first.normalized().or(second::normalized),
          first.dimensions().isPresent() ? first.dimensions() : second.dimensions());
    }

    /** Returns what the second says and the first does not. */
    private static ModelDescription missing(ModelDescription first, ModelDescription second) {
      VectorOutput said = first.output();
      VectorOutput more = second.output();
      return new ModelDescription(
          first.kind() == Kind.TENSORS ? second.kind() : Kind.TENSORS,
          first.family().isPresent() ? Optional.empty() : second.family(),
          new VectorOutput(
              said.name().isPresent() ? Optional.empty() : more.name(),
              said.pooling().isEmpty() ? more.pooling() : List.of(),
              said.dense().isEmpty() ? more.dense() : List.of(),
              said.normalized().isPresent() ? Optional.empty() : more.normalized(),
              said.dimensions().isPresent() ? OptionalInt.empty() : more.dimensions()),
          first.prefixes().equals(Prefixes.NONE) ? second.prefixes() : Prefixes.NONE,
          first.maximumLength().isPresent() ? OptionalInt.empty() : second.maximumLength(),
          second.origin(),
          second.settings());
    }
  }

  private static String words(List<Pooling> pooling) {
    return VectorOutput.words(pooling).stream().collect(Collectors.joining(", "));
  }
}
