package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.codec.PairCut;
import io.github.npu4j.tokenizer.codec.TextCodec;
import io.github.npu4j.tokenizer.codec.TokenIds;
import io.github.npu4j.tokenizer.codec.TokenOffsets;
import io.github.npu4j.tokenizer.codec.TokenTexts;
import io.github.npu4j.tokenizer.codec.TokenizerFiles;
import io.github.npu4j.tokenizer.pipeline.Pipeline;
import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import io.github.npu4j.tokenizer.pipeline.Tokens;
import io.github.npu4j.tokenizer.pipeline.Workspace;
import io.github.npu4j.tokenizer.pipeline.WorkspacePool;
import io.github.npu4j.tokenizer.postprocess.Template;
import java.nio.file.Path;
import java.util.OptionalInt;

/** A {@code tokenizer.json}, run in Java. */
public final class PipelineCodec implements TextCodec {

  private static final long[] ALL_ZERO = new long[0];

  private final Path file;
  private final TokenizerFile tokenizer;
  private final Pipeline pipeline;
  private final WorkspacePool pool;
  private final Template single;
  private final Template pair;

  private PipelineCodec(Path file, TokenizerFile tokenizer) {
    this.file = file;
    this.tokenizer = tokenizer;
    this.pipeline = tokenizer.pipeline();
    this.pool = new WorkspacePool(pipeline);
    this.single = tokenizer.processing().single();
    this.pair = tokenizer.processing().pair();
  }

  /**
   * Opens a {@code tokenizer.json}.
   *
   * @throws io.github.npu4j.error.ModelMissingException if there is none
   * @throws io.github.npu4j.error.BadModelException if it is none, or can't be used
   */
  public static PipelineCodec open(Path file) {
    return open(file, TokenizerFiles.read(file));
  }

  /**
   * Opens what stands for a {@code tokenizer.json}.
   *
   * @param file what errors name
   * @param json its content
   * @throws io.github.npu4j.error.BadModelException if it is none, or can't be used
   */
  public static PipelineCodec open(Path file, byte[] json) {
    try {
      PipelineCodec codec = new PipelineCodec(file, TokenizerFile.read(json));
      codec.encodeALetter();
      return codec;
    } catch (TokenizerDefect e) {
      throw TokenizerFiles.refused(file, String.valueOf(e.getMessage()), e);
    }
  }

  private void encodeALetter() {
    Workspace workspace = pool.take();
    try {
      pipeline.tokenize("a", workspace.first(), workspace, false);
    } catch (TokenizerDefect e) {
      throw new TokenizerDefect("it can't encode the letter a, " + e.getMessage());
    }
    pool.giveBack(workspace);
  }

  @Override
  public OptionalInt declaredMaximum() {
    return tokenizer.declaredMaximum();
  }

  @Override
  public int specialTokens() {
    return single.specialTokens();
  }

  @Override
  public int pairSpecialTokens() {
    return pair.specialTokens();
  }

  private void tokenize(String text, Tokens tokens, Workspace workspace, boolean tracked) {
    try {
      pipeline.tokenize(text, tokens, workspace, tracked);
    } catch (TokenizerDefect e) {
      throw TokenizerFiles.failed(file, "encode this text", e);
    }
  }

  private int kept(Tokens tokens, int maximumTokens) {
    return Math.min(tokens.count(), maximumTokens - single.specialTokens());
  }

  @Override
  public TokenIds encode(String text, int maximumTokens) {
    Workspace workspace = pool.take();
    Tokens tokens = workspace.first();
    tokenize(text, tokens, workspace, false);
    TokenIds ids = ids(single, tokens, kept(tokens, maximumTokens), tokens, 0, tokens.count());
    pool.giveBack(workspace);
    return ids;
  }

  @Override
  public int encode(String text, int maximumTokens, long[] target) {
    Workspace workspace = pool.take();
    Tokens tokens = workspace.first();
    tokenize(text, tokens, workspace, false);
    int kept = kept(tokens, maximumTokens);
    int length = single.length(kept, 0);
    if (length <= target.length) {
      single.write(tokens, kept, tokens, 0, target, ALL_ZERO);
    }
    pool.giveBack(workspace);
    return length;
  }

  @Override
  public int count(String text) {
    Workspace workspace = pool.take();
    Tokens tokens = workspace.first();
    tokenize(text, tokens, workspace, false);
    int count = single.length(tokens.count(), 0);
    pool.giveBack(workspace);
    return count;
  }

  @Override
  public TokenIds encodePair(String first, String second, int maximumTokens, PairCut cut) {
    Workspace workspace = pool.take();
    Tokens one = workspace.first();
    Tokens other = workspace.second();
    tokenize(first, one, workspace, false);
    tokenize(second, other, workspace, false);
    int room = maximumTokens - pair.specialTokens();
    long kept =
        one.count() + other.count() > room
            ? cut.kept(one.count(), other.count(), room)
            : PairCut.pack(one.count(), other.count());
    int keptOfOther = (int) (kept >>> 32);
    int total = pair.length(one.count(), other.count());
    TokenIds ids = ids(pair, one, (int) kept, other, keptOfOther, total - pair.specialTokens());
    pool.giveBack(workspace);
    return ids;
  }

  private static TokenIds ids(
      Template template, Tokens first, int keptOfFirst, Tokens second, int keptOfSecond, int all) {
    int length = template.length(keptOfFirst, keptOfSecond);
    long[] ids = new long[length];
    long[] typeIds = template.isTyped() ? new long[length] : ALL_ZERO;
    template.write(first, keptOfFirst, second, keptOfSecond, ids, typeIds);
    return new TokenIds(ids, typeIds, all + template.specialTokens());
  }

  @Override
  public TokenOffsets offsets(String text, int maximumTokens) {
    Workspace workspace = pool.take();
    Tokens tokens = workspace.first();
    tokenize(text, tokens, workspace, true);
    int kept = kept(tokens, maximumTokens);
    TokenIds ids = ids(single, tokens, kept, tokens, 0, tokens.count());
    TokenOffsets offsets =
        new OffsetReader(pipeline, tokenizer.processing(), workspace, tokens)
            .offsets(text, ids, single, kept);
    pool.giveBack(workspace);
    return offsets;
  }

  @Override
  public String decode(long[] ids) {
    try {
      return pipeline.decode(ids);
    } catch (TokenizerDefect e) {
      throw TokenizerFiles.failed(file, "decode these ids", e);
    }
  }

  @Override
  public TokenTexts texts() {
    return VocabularyReader.read(file, tokenizer);
  }

  @Override
  public String piece(int id) {
    String text = pipeline.textOf(id);
    return text == null ? "" : text;
  }

  /** Does nothing: there is nothing to free. */
  @Override
  public void close() {}
}
