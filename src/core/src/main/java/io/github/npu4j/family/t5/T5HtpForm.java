package io.github.npu4j.family.t5;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.family.GraphFeeds;
import io.github.npu4j.family.GraphRole;
import io.github.npu4j.family.HtpForm;
import io.github.npu4j.family.Seq2SeqFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The two static graphs of a T5 that {@code npu4j export} wrote, and what its description says. */
final class T5HtpForm implements HtpForm {

  private static final GraphRole ENCODER =
      new GraphRole("encoder", (model, tokens, _) -> T5Buckets.shapes(model, tokens));

  private static final GraphRole DECODER =
      new GraphRole("decoder", (model, tokens, _) -> T5Buckets.shapes(model, tokens));

  private final ModelFolder folder;
  private final List<Graph> graphs;
  private final Path bias;

  /**
   * Finds the files.
   *
   * @throws ModelMissingException if one is not there
   */
  T5HtpForm(ModelFolder folder) {
    this.folder = folder;
    this.graphs =
        List.of(
            new Graph(ENCODER, require(T5Files.STATIC_ENCODER)),
            new Graph(DECODER, require(T5Files.STATIC_DECODER)));
    this.bias = require(T5Files.STATIC_DECODER_BIAS);
  }

  private Path require(String file) {
    Path path = folder.path().resolve(file);
    if (!Files.isRegularFile(path)) {
      throw new ModelMissingException(
          folder.path() + " can't be compiled",
          "it has no " + file,
          "Export the checkpoint again with npu4j export.");
    }
    return path;
  }

  @Override
  public List<Graph> graphs() {
    return graphs;
  }

  @Override
  public List<Integer> buckets() {
    return List.of(setting(Seq2SeqFolder.BUCKETS_SETTING).split(",")).stream()
        .map(this::number)
        .toList();
  }

  @Override
  public GraphFeeds feeds(List<Path> resized) {
    return new T5Feeds(
        resized.get(0),
        resized.get(1),
        bias,
        number(setting(Seq2SeqFolder.VOCABULARY_SETTING)),
        number(setting(Seq2SeqFolder.DECODER_START_SETTING)));
  }

  private String setting(String name) {
    String value = folder.description().settings().get(name);
    if (value == null) {
      throw damaged("it has no setting \"" + name + "\"");
    }
    return value;
  }

  private int number(String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // the same error as a negative number
    }
    throw damaged("\"" + text + "\" is not a number from 0");
  }

  private BadModelException damaged(String why) {
    return new BadModelException(
        folder.path().resolve(ModelFolder.DESCRIPTION) + " can't be used",
        why,
        "Export the checkpoint again with npu4j export.");
  }
}
