package io.github.npu4j.tokenizer.decode;

import io.github.npu4j.tokenizer.model.ByteAlphabet;
import io.github.npu4j.tokenizer.pattern.MatchScratch;
import io.github.npu4j.tokenizer.pattern.TextPattern;
import io.github.npu4j.tokenizer.pipeline.Decoder;
import io.github.npu4j.tokenizer.pretokenize.Matches;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/** The kinds of decoders. */
public final class Decoders {

  private static final String REPLACEMENT = "\ufffd";
  private static final Pattern BYTE_TOKEN = Pattern.compile("<0x\\+?[0-9A-Fa-f]{1,2}>");
  private static final int BYTE_TOKEN_LENGTH = 6;

  /** What is written together in English, in the order in which it is looked for. */
  private static final String[][] CLEANED = {
    {" .", "."},
    {" ?", "?"},
    {" !", "!"},
    {" ,", ","},
    {" ' ", "'"},
    {" n't", "n't"},
    {" 'm", "'m"},
    {" do not", " don't"},
    {" 's", "'s"},
    {" 've", "'ve"},
    {" 're", "'re"},
  };

  private Decoders() {}

  /** Returns several decoders, one after the other. */
  public static Decoder sequence(List<Decoder> parts) {
    return new SequenceStep(List.copyOf(parts));
  }

  /** Returns a decoder that turns the alphabet of bytes back into bytes, and those into a text. */
  public static Decoder byteLevel() {
    return new ByteLevelStep();
  }

  /** Writes the bytes of a token; of one with a foreign character, the token as it is. */
  private static void writeBytes(String token, ByteArrayOutputStream target) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      int value = ByteAlphabet.value(token.charAt(i));
      if (value == ByteAlphabet.NONE) {
        target.writeBytes(token.getBytes(StandardCharsets.UTF_8));
        return;
      }
      bytes[i] = (byte) value;
    }
    target.writeBytes(bytes);
  }

  /** Returns a decoder that joins tokens that go on, and puts spaces before others. */
  public static Decoder wordPiece(String prefix, boolean cleanup) {
    return new WordPieceStep(prefix, cleanup);
  }

  private static String cleaned(String text) {
    String result = text;
    for (String[] rule : CLEANED) {
      result = result.replace(rule[0], rule[1]);
    }
    return result;
  }

  /** Returns a decoder that turns a character into spaces, but not the first token's. */
  public static Decoder metaspace(int replacement, boolean prepended) {
    return new MetaspaceStep(Character.toString(replacement), prepended);
  }

  /** Returns a decoder that turns the mark of the end of a word into a space. */
  public static Decoder bpe(String suffix) {
    return new BpeStep(suffix);
  }

  /** Returns a decoder for the outputs of speech models, which repeat what lasts. */
  public static Decoder ctc(String padding, String wordDelimiter, boolean cleanup) {
    return new CtcStep(padding, wordDelimiter, cleanup);
  }

  /** Returns a decoder that puts a text in place of each match of a pattern, token by token. */
  public static Decoder replace(TextPattern pattern, String content) {
    return new ReplaceStep(pattern, content.getBytes(StandardCharsets.UTF_8));
  }

  private static String replaced(
      byte[] token, TextPattern pattern, byte[] replacement, MatchScratch scratch) {
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    pattern.begin(scratch);
    int length = token.length;
    int copied = 0;
    long match =
        length == 0
            ? TextPattern.NONE
            : Matches.next(pattern, token, 0, length, 0, Matches.NONE, scratch);
    while (match != TextPattern.NONE) {
      result.write(token, copied, TextPattern.start(match) - copied);
      result.writeBytes(replacement);
      copied = TextPattern.end(match);
      match = Matches.next(pattern, token, 0, length, copied, copied, scratch);
    }
    result.write(token, copied, length - copied);
    return result.toString(StandardCharsets.UTF_8);
  }

  /** Returns a decoder that makes one token of all. */
  public static Decoder fuse() {
    return new FuseStep();
  }

  /**
   * Returns a decoder that takes a character away from both ends of each token.
   *
   * @param start how many at the start, at most
   * @param stop how many at the end, at most
   */
  public static Decoder strip(int content, int start, int stop) {
    return new StripStep(content, start, stop);
  }

  private static String stripped(int[] characters, int content, int start, int stop) {
    int from = 0;
    while (from < start && from < characters.length && characters[from] == content) {
      from++;
    }
    int to = characters.length;
    while (characters.length - to < stop && to > from && characters[to - 1] == content) {
      to--;
    }
    return new String(characters, from, to - from);
  }

  /** Returns a decoder that makes characters of the tokens of their bytes. */
  public static Decoder byteFallback() {
    return new ByteFallbackStep();
  }

  private static boolean isByte(String token) {
    return token.length() == BYTE_TOKEN_LENGTH && BYTE_TOKEN.matcher(token).matches();
  }

  private static void flush(ByteArrayOutputStream bytes, List<String> result) {
    if (bytes.size() == 0) {
      return;
    }
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
      result.add(StandardCharsets.UTF_8.newDecoder().decode(buffer).toString());
    } catch (CharacterCodingException noCharacters) {
      result.addAll(Collections.nCopies(bytes.size(), REPLACEMENT));
    }
    bytes.reset();
  }

  private record SequenceStep(List<Decoder> all) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      List<String> result = tokens;
      for (Decoder part : all) {
        result = part.decode(result);
      }
      return result;
    }
  }

  private record ByteLevelStep() implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (String token : tokens) {
        writeBytes(token, bytes);
      }
      return List.of(bytes.toString(StandardCharsets.UTF_8));
    }
  }

  private record WordPieceStep(String prefix, boolean cleanup) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      List<String> result = new ArrayList<>(tokens.size());
      for (int i = 0; i < tokens.size(); i++) {
        String token = tokens.get(i);
        if (i > 0) {
          token = token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
        }
        result.add(cleanup ? cleaned(token) : token);
      }
      return result;
    }
  }

  private record MetaspaceStep(String space, boolean prepended) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      List<String> result = new ArrayList<>(tokens.size());
      for (String token : tokens) {
        boolean first = result.isEmpty() && prepended;
        result.add(token.replace(space, first ? "" : " "));
      }
      return result;
    }
  }

  private record BpeStep(String suffix) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      List<String> result = new ArrayList<>(tokens.size());
      for (int i = 0; i < tokens.size(); i++) {
        result.add(tokens.get(i).replace(suffix, i == tokens.size() - 1 ? "" : " "));
      }
      return result;
    }
  }

  private record CtcStep(String padding, String wordDelimiter, boolean cleanup) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      List<String> result = new ArrayList<>();
      for (int i = 0; i < tokens.size(); i++) {
        if (i > 0 && tokens.get(i).equals(tokens.get(i - 1))) {
          continue;
        }
        String token = tokens.get(i).replace(padding, "");
        if (cleanup) {
          token = cleaned(token).replace(wordDelimiter, " ");
        }
        if (!token.isEmpty()) {
          result.add(token);
        }
      }
      return result;
    }
  }

  private record ReplaceStep(TextPattern pattern, byte[] replacement) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      List<String> result = new ArrayList<>(tokens.size());
      MatchScratch scratch = new MatchScratch();
      for (String token : tokens) {
        result.add(replaced(token.getBytes(StandardCharsets.UTF_8), pattern, replacement, scratch));
      }
      return result;
    }
  }

  private record FuseStep() implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      return List.of(String.join("", tokens));
    }
  }

  private record StripStep(int content, int start, int stop) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      List<String> result = new ArrayList<>(tokens.size());
      for (String token : tokens) {
        result.add(stripped(token.codePoints().toArray(), content, start, stop));
      }
      return result;
    }
  }

  private record ByteFallbackStep() implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      List<String> result = new ArrayList<>(tokens.size());
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (String token : tokens) {
        if (isByte(token)) {
          bytes.write(Integer.parseInt(token, 3, BYTE_TOKEN_LENGTH - 1, 16));
        } else {
          flush(bytes, result);
          result.add(token);
        }
      }
      flush(bytes, result);
      return result;
    }
  }
}
