package io.github.npu4j.tokenizer.pipeline;

import io.github.npu4j.tokenizer.pattern.PatternException;
import io.github.npu4j.tokenizer.pipeline.AddedTokens.Spans;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All steps from a text to tokens, and back. Immutable; may be shared by threads, each with a
 * {@link Workspace} of its own.
 */
public final class Pipeline {

  private final Parts parts;
  private final boolean needsOrigin;

  /**
   * What a tokenizer consists of.
   *
   * @param verbatim added tokens that are looked for in a text as it is
   * @param normalized added tokens that are looked for in the normalized text
   * @param addedTexts the text of each added token, by id
   * @param specialTexts the texts of special tokens, which decoding leaves out
   */
  public record Parts(
      AddedTokens verbatim,
      AddedTokens normalized,
      Map<Integer, String> addedTexts,
      Set<String> specialTexts,
      @Nullable Normalizer normalizer,
      @Nullable PreTokenizer preTokenizer,
      Model model,
      @Nullable Decoder decoder) {}

  public Pipeline(Parts parts) {
    this.parts = parts;
    PreTokenizer preTokenizer = parts.preTokenizer();
    this.needsOrigin =
        preTokenizer != null && preTokenizer.asksForOrigin() && parts.normalizer() != null;
  }

  /** Makes what a thread needs. */
  public Workspace newWorkspace() {
    return new Workspace(parts.model());
  }

  public Parts parts() {
    return parts;
  }

  /**
   * Finds the tokens of a text, without special ones around them.
   *
   * @param tracked whether to keep where each token comes from
   * @throws TokenizerDefect if the file makes that impossible
   */
  public void tokenize(String text, Tokens tokens, Workspace workspace, boolean tracked) {
    try {
      run(text, tokens, workspace, tracked);
    } catch (PatternException e) {
      throw new TokenizerDefect("one of its patterns " + e.getMessage());
    }
  }

  private void run(String text, Tokens tokens, Workspace workspace, boolean tracked) {
    TextBuffer original = workspace.original;
    original.reset(false);
    original.appendOriginal(text);
    tokens.reset(tracked);
    Spans spans = workspace.spans;
    parts.verbatim().find(original.bytes(), original.length(), spans);
    for (int i = 0; i < spans.count; i++) {
      if (spans.ids[i] == AddedTokens.TEXT) {
        section(spans.starts[i], spans.ends[i], tokens, workspace, tracked);
      } else {
        tokens.addAdded(spans.ids[i], spans.starts[i], spans.ends[i]);
      }
    }
  }

  /** Finds the tokens of what stands between added ones. */
  private void section(int start, int end, Tokens tokens, Workspace workspace, boolean tracked) {
    workspace.section(start, end, tracked || needsOrigin && start == 0);
    Normalizer normalizer = parts.normalizer();
    if (normalizer != null) {
      normalizer.applyTo(workspace);
    }
    TextBuffer text = workspace.current();
    if (parts.normalized().isEmpty()) {
      piece(text, 0, text.length(), start == 0, tokens, workspace);
      return;
    }
    Spans spans = workspace.normalizedSpans;
    parts.normalized().find(text.bytes(), text.length(), spans);
    for (int i = 0; i < spans.count; i++) {
      if (spans.ids[i] == AddedTokens.TEXT) {
        piece(text, spans.starts[i], spans.ends[i], start == 0, tokens, workspace);
      } else {
        tokens.inText(text, spans.starts[i]);
        tokens.add(spans.ids[i], spans.starts[i], spans.ends[i]);
      }
    }
  }

  private void piece(
      TextBuffer text, int start, int end, boolean atOrigin, Tokens tokens, Workspace workspace) {
    if (start == end) {
      return;
    }
    Model model = parts.model();
    PreTokenizer preTokenizer = parts.preTokenizer();
    if (preTokenizer == null) {
      tokens.inText(text, start);
      model.tokenize(text.bytes(), start, end, tokens, workspace.modelScratch);
      return;
    }
    Pieces pieces = workspace.pieces;
    pieces.reset(text, start, end, atOrigin);
    preTokenizer.cut(pieces);
    byte[] bytes = pieces.text().bytes();
    for (int i = 0; i < pieces.count(); i++) {
      tokens.inText(pieces.text(), pieces.start(i));
      model.tokenize(bytes, pieces.start(i), pieces.end(i), tokens, workspace.modelScratch);
    }
  }

  /** Turns ids back into text, without special tokens; unknown ids are left out. */
  public String decode(long[] ids) {
    List<String> texts = new ArrayList<>(ids.length);
    for (long id : ids) {
      String text = textOf((int) id);
      if (text != null && !parts.specialTexts().contains(text)) {
        texts.add(text);
      }
    }
    Decoder decoder = parts.decoder();
    if (decoder == null) {
      return String.join(" ", texts);
    }
    try {
      return String.join("", decoder.decode(texts));
    } catch (PatternException e) {
      throw new TokenizerDefect("a pattern of its decoder " + e.getMessage());
    }
  }

  /** Returns the text of a token as the file writes it, or {@code null} if there is none. */
  public @Nullable String textOf(int id) {
    String added = parts.addedTexts().get(id);
    if (added != null) {
      return added;
    }
    byte[] text = parts.model().textOf(id);
    return text == null ? null : new String(text, StandardCharsets.UTF_8);
  }
}
