package io.github.npu4j.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same ids as Hugging Face's library: for a real tokenizer, and for a thousand random ones. */
class HuggingFaceIdsIT {

  @TempDir static Path folder;
  private static Path minilm;
  private static String offline;

  @BeforeAll
  static void copy() throws IOException {
    offline = System.setProperty("ai.djl.offline", "true");
    minilm = folder.resolve("minilm.json");
    try (InputStream in =
        HuggingFaceIdsIT.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
      Files.copy(in, minilm);
    }
  }

  @AfterAll
  static void restore() {
    if (offline == null) {
      System.clearProperty("ai.djl.offline");
    } else {
      System.setProperty("ai.djl.offline", offline);
    }
  }

  private static HuggingFaceTokenizer theirs(Path file) throws IOException {
    return HuggingFaceTokenizer.newInstance(
        file, Map.of("padding", "false", "truncation", "false"));
  }

  @Test
  void givesMiniLmsIdsPlacesPairsAndTexts() throws IOException {
    HostileTexts texts = new HostileTexts(1);
    try (HuggingFaceTokenizer theirs = theirs(minilm);
        Tokenizer ours = Tokenizer.open(minilm);
        Tokenizer named =
            Tokenizer.open(minilm, TokenizerOptions.huggingFace(folder.resolve("library")))) {
      long[] buffer = new long[8192];
      for (int i = 0; i < 20_000; i++) {
        String text = texts.next();
        ai.djl.huggingface.tokenizers.Encoding expected = theirs.encode(text);
        long[] ids = expected.getIds();
        assertArrayEquals(ids, ours.encode(text).ids(), text);
        if (i % 10 == 0) {
          assertArrayEquals(ids, named.encode(text).ids(), text);
          assertEquals(ids.length, ours.encode(text, Integer.MAX_VALUE, buffer), text);
          assertEquals(ids.length, ours.count(text), text);
          assertEquals(theirs.decode(ids, true), ours.decode(ids), text);
          assertPlaces(expected, ours.spans(text, Integer.MAX_VALUE, OffsetUnit.CODE_POINTS), text);
          assertPair(theirs, ours, text, texts.next());
        }
      }
    }
  }

  private static void assertPlaces(
      ai.djl.huggingface.tokenizers.Encoding expected, TokenSpans spans, String text) {
    CharSpan[] places = expected.getCharTokenSpans();
    long[] special = expected.getSpecialTokenMask();
    for (int i = 0; i < places.length; i++) {
      if (special[i] == 0 && places[i] != null) {
        assertEquals(places[i].getStart(), spans.starts()[i], text);
        assertEquals(places[i].getEnd(), spans.ends()[i], text);
      }
    }
  }

  private static void assertPair(
      HuggingFaceTokenizer theirs, Tokenizer ours, String first, String second) {
    ai.djl.huggingface.tokenizers.Encoding expected = theirs.encode(first, second);
    Encoding pair = ours.encodePair(first, second, Integer.MAX_VALUE, Truncation.LONGEST_FIRST);
    assertArrayEquals(expected.getIds(), pair.ids(), first + " / " + second);
    assertArrayEquals(expected.getTypeIds(), pair.typeIds(), first + " / " + second);
  }

  @Test
  void cutsPairsWhereItIsAllowed() {
    try (Tokenizer ours = Tokenizer.open(minilm)) {
      String first = "one two three four";
      String second = "five six seven";
      assertEquals(10, ours.encodePair(first, second, 10, Truncation.LONGEST_FIRST).length());
      Encoding cut = ours.encodePair(first, second, 8, Truncation.ONLY_FIRST);
      assertArrayEquals(new long[] {101, 2028, 2048, 102, 2274, 2416, 2698, 102}, cut.ids());
      assertArrayEquals(new long[] {0, 0, 0, 0, 1, 1, 1, 1}, cut.typeIds());
      assertEquals(10, cut.totalTokens());
      Encoding other = ours.encodePair(first, second, 8, Truncation.ONLY_SECOND);
      assertArrayEquals(new long[] {101, 2028, 2048, 2093, 2176, 102, 2274, 102}, other.ids());
    }
  }

  @Test
  void tellsPlacesInJavasCharactersAndInUnicodes() {
    try (Tokenizer ours = Tokenizer.open(minilm)) {
      String text = "\ud83d\ude00 caf\u00e9";
      TokenSpans chars = ours.spans(text, 100, OffsetUnit.CHARS);
      TokenSpans codePoints = ours.spans(text, 100, OffsetUnit.CODE_POINTS);
      assertArrayEquals(new int[] {-1, 0, 3, -1}, chars.starts());
      assertArrayEquals(new int[] {-1, 2, 7, -1}, chars.ends());
      assertArrayEquals(new int[] {-1, 0, 2, -1}, codePoints.starts());
      assertArrayEquals(new int[] {-1, 1, 6, -1}, codePoints.ends());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void givesTheIdsOfRandomTokenizers(int seed) throws IOException {
    RandomTokenizers tokenizers = new RandomTokenizers(seed);
    HostileTexts texts = new HostileTexts(seed);
    int compared = 0;
    for (int round = 0; round < 250; round++) {
      String json = tokenizers.next();
      Path file = Files.writeString(folder.resolve("random-" + seed + ".json"), json);
      try (HuggingFaceTokenizer theirs = theirs(file);
          Tokenizer ours = Tokenizer.open(file)) {
        for (int i = 0; i < 25; i++) {
          String text = texts.next();
          long[] expected = theirs.encode(text).getIds();
          assertArrayEquals(expected, ours.encode(text).ids(), () -> json + "\n" + text);
          assertEquals(
              theirs.decode(expected, true), ours.decode(expected), () -> json + "\n" + text);
          compared++;
        }
      }
    }
    assertTrue(compared > 6000, compared + " texts");
  }

  /** Texts that tokenizers have trouble with. */
  private static final class HostileTexts {

    private static final String[] PARTS = {
      "the ",
      "Quick",
      " brown",
      "fox's",
      " don't",
      "WE'LL",
      "12345",
      "3.14",
      " ",
      "  ",
      "\t",
      "\n",
      "\r\n",
      "\u00a0",
      "\u3000",
      "\u200b",
      "\u200d",
      "\ufeff",
      "\ufffd",
      "\0",
      "\u0001",
      "\u007f",
      "\u00ad",
      "caf\u00e9",
      "e\u0301",
      "\u0301\u0323",
      "\u1100\u1161\u11a8",
      "\uac01",
      "\u30ab\u3099",
      "\u65e5\u672c\u8a9e",
      "\u4e2d\u6587",
      "\ud55c\uad6d",
      "\u0939\u093f\u0928\u094d\u0926\u0940",
      "\u0e44\u0e17\u0e22",
      "\u0627\u0644\u0639\u0631",
      "\u05e2\u05d1\u05e8",
      "\u0420\u0443\u0441",
      "\u03a3\u03b1\u03c2",
      "\u0130\u0131",
      "\u00df\ufb01\u2460\u00bd\u00b2",
      "\u01c5",
      "\u2581",
      "\u2581a",
      "\u0120",
      "[CLS]",
      "[SEP]",
      "[MASK]",
      " [MASK] ",
      "<s>",
      "</s>",
      "<unk>",
      "<0x41>",
      "##a",
      "ab",
      "abc",
      "ba",
      "AB",
      "a",
      "b",
      "c",
      "aaaa",
      "bbb",
      "cab",
      "!",
      "?!",
      "...",
      "-",
      "_",
      "x_y",
      "\u2026",
      "\u3001",
      "\u20ac",
      "+=",
      "\ud83d\ude00",
      "\ud83d\udc68\u200d\ud83d\udc69",
      "\ud83c\udde9\ud83c\uddea",
      "\ud83d\udc4d\ud83c\udffd",
      "\ud835\udd38",
      "\ud800\udf48",
      "day",
      "Day",
      " DAY ",
      "mon-day"
    };

    private final Random random;

    HostileTexts(long seed) {
      random = new Random(seed);
    }

    String next() {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(18); i > 0; i--) {
        if (random.nextInt(12) == 0) {
          int c = random.nextInt(random.nextBoolean() ? 0x3000 : 0x20000);
          text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? '?' : old(c));
        } else {
          text.append(PARTS[random.nextInt(PARTS.length)]);
        }
      }
      return text.toString();
    }

    /** Characters that the newest Unicode has brought are another thing to each of the two. */
    private static int old(int c) {
      return Character.getType(c) == Character.UNASSIGNED ? 'u' : c;
    }
  }

  /** Tokenizers of small vocabularies, of steps in any order. */
  private static final class RandomTokenizers {

    private static final String[] NORMALIZERS = {
      "{'type':'NFC'}",
      "{'type':'NFD'}",
      "{'type':'NFKC'}",
      "{'type':'NFKD'}",
      "{'type':'Lowercase'}",
      "{'type':'StripAccents'}",
      "{'type':'Nmt'}",
      "{'type':'Strip','strip_left':true,'strip_right':true}",
      "{'type':'Strip','strip_left':false,'strip_right':true}",
      "{'type':'Prepend','prepend':'\u2581'}",
      "{'type':'Replace','pattern':{'String':' '},'content':'\u2581'}",
      "{'type':'Replace','pattern':{'Regex':' {2,}|a+'},'content':'b'}",
      "{'type':'Replace','pattern':{'Regex':'\\\\s+$|^b'},'content':''}",
      "{'type':'BertNormalizer','clean_text':true,'handle_chinese_chars':true,"
          + "'strip_accents':null,'lowercase':true}",
      "{'type':'BertNormalizer','clean_text':true,'handle_chinese_chars':false,"
          + "'strip_accents':true,'lowercase':false}",
    };

    private static final String[] PRE_TOKENIZERS = {
      "{'type':'BertPreTokenizer'}",
      "{'type':'Whitespace'}",
      "{'type':'WhitespaceSplit'}",
      "{'type':'Punctuation','behavior':'Isolated'}",
      "{'type':'Punctuation','behavior':'Contiguous'}",
      "{'type':'Punctuation','behavior':'Removed'}",
      "{'type':'Punctuation','behavior':'MergedWithNext'}",
      "{'type':'Digits','individual_digits':true}",
      "{'type':'Digits','individual_digits':false}",
      "{'type':'Metaspace','replacement':'\u2581','prepend_scheme':'always','split':true}",
      "{'type':'Metaspace','replacement':'\u2581','prepend_scheme':'first','split':true}",
      "{'type':'Metaspace','replacement':'_','prepend_scheme':'never','split':false}",
      "{'type':'Metaspace','replacement':'\u2581','add_prefix_space':true}",
      "{'type':'CharDelimiterSplit','delimiter':'b'}",
      "{'type':'UnicodeScripts'}",
      "{'type':'FixedLength','length':3}",
      "{'type':'ByteLevel','add_prefix_space':true,'trim_offsets':true,'use_regex':true}",
      "{'type':'ByteLevel','add_prefix_space':false,'trim_offsets':true,'use_regex':false}",
      "{'type':'Split','pattern':{'String':'a'},'behavior':'MergedWithPrevious','invert':false}",
      "{'type':'Split','pattern':{'Regex':'\\\\p{L}+|\\\\d'},'behavior':'Removed','invert':true}",
      "{'type':'Split','pattern':{'Regex':'(?i:ab|c)|\\\\s+(?!\\\\S)|[^\\\\w\\\\s]+'},"
          + "'behavior':'Isolated','invert':false}",
      "{'type':'Split','pattern':{'Regex':'(?<=a)b|\\\\bx|[\\\\p{Lu}&&[^B]]?\\\\p{Ll}{2,3}'},"
          + "'behavior':'MergedWithNext','invert':false}",
    };

    private static final String[] DECODERS = {
      "null",
      "{'type':'ByteLevel','add_prefix_space':true,'trim_offsets':true}",
      "{'type':'WordPiece','prefix':'##','cleanup':true}",
      "{'type':'Metaspace','replacement':'\u2581','prepend_scheme':'always','split':true}",
      "{'type':'BPEDecoder','suffix':'</w>'}",
      "{'type':'CTC','pad_token':'a','word_delimiter_token':'b','cleanup':true}",
      "{'type':'Sequence','decoders':[{'type':'Replace','pattern':{'String':'\u2581'},"
          + "'content':' '},{'type':'ByteFallback'},{'type':'Fuse'},{'type':'Strip',"
          + "'content':' ','start':1,'stop':0}]}",
    };

    private final Random random;

    RandomTokenizers(long seed) {
      random = new Random(seed * 31 + 7);
    }

    String next() {
      List<String> vocabulary = vocabulary();
      String json =
          "{'version':'1.0','truncation':null,'padding':null,'added_tokens':["
              + added()
              + "],'normalizer':"
              + some("normalizers", NORMALIZERS)
              + ",'pre_tokenizer':"
              + some("pretokenizers", PRE_TOKENIZERS)
              + ",'post_processor':"
              + processor()
              + ",'decoder':"
              + DECODERS[random.nextInt(DECODERS.length)]
              + ",'model':"
              + model(vocabulary)
              + "}";
      return json.replace('\'', '"');
    }

    private String some(String name, String[] all) {
      int count = random.nextInt(4);
      if (count == 0) {
        return "null";
      }
      List<String> steps = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        steps.add(all[random.nextInt(all.length)]);
      }
      return count == 1 ? steps.getFirst() : sequence(name, steps);
    }

    private static String sequence(String name, List<String> steps) {
      return "{'type':'Sequence','" + name + "':[" + String.join(",", steps) + "]}";
    }

    private String added() {
      List<String> tokens = new ArrayList<>();
      String[] contents = {"[CLS]", "[SEP]", "[MASK]", "day", "Day", "ab", "a b", "\u65e5", " c"};
      int id = 0;
      for (String content : contents) {
        if (random.nextInt(3) > 0) {
          continue;
        }
        tokens.add(
            "{'id':%d,'content':'%s','single_word':%b,'lstrip':%b,'rstrip':%b,'normalized':%b,"
                    .formatted(
                        id++,
                        content,
                        random.nextInt(4) == 0,
                        random.nextInt(4) == 0,
                        random.nextInt(4) == 0,
                        random.nextInt(4) == 0 && !content.startsWith(" "))
                + "'special':"
                + random.nextBoolean()
                + "}");
      }
      return String.join(",", tokens);
    }

    private String processor() {
      return switch (random.nextInt(5)) {
        case 0 -> "{'type':'BertProcessing','sep':['a',1],'cls':['b',2]}";
        case 1 ->
            "{'type':'RobertaProcessing','sep':['a',1],'cls':['b',2],'trim_offsets':true,"
                + "'add_prefix_space':true}";
        case 2 ->
            "{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'s','type_id':0}},"
                + "{'Sequence':{'id':'A','type_id':0}}],'pair':[{'Sequence':{'id':'A','type_id':0}},"
                + "{'Sequence':{'id':'B','type_id':1}}],'special_tokens':{'s':{'id':'s',"
                + "'ids':[1,2],'tokens':['a','b']}}}";
        default -> "null";
      };
    }

    private List<String> vocabulary() {
      List<String> tokens =
          new ArrayList<>(
              List.of(
                  "<unk>", "a", "b", "c", "ab", "bc", "abc", "\u2581", "\u2581a", "##a", "##b"));
      String letters =
          "abcdxyABDQtheuick fonwrsm'1234560\u00e9\u65e5\u672c\uac00\u0120\u0441\u0301-!.";
      for (int i = 0; i < letters.length(); i++) {
        if (random.nextInt(5) > 0) {
          tokens.add(letters.substring(i, i + 1));
        }
      }
      for (int i = 0; i < 40; i++) {
        StringBuilder token = new StringBuilder(random.nextInt(5) == 0 ? "##" : "");
        for (int k = 1 + random.nextInt(4); k > 0; k--) {
          token.append(letters.charAt(random.nextInt(letters.length())));
        }
        tokens.add(token.toString());
      }
      for (int value = 0; value < 256; value++) {
        tokens.add("<0x%02X>".formatted(value));
      }
      return tokens.stream().map(token -> token.replace('\'', '`')).distinct().toList();
    }

    private String model(List<String> vocabulary) {
      return switch (random.nextInt(4)) {
        case 0 ->
            "{'type':'WordPiece','unk_token':'<unk>','continuing_subword_prefix':'##',"
                + "'max_input_chars_per_word':"
                + (2 + random.nextInt(20))
                + ",'vocab':"
                + ids(vocabulary)
                + "}";
        case 1 -> "{'type':'WordLevel','unk_token':'<unk>','vocab':" + ids(vocabulary) + "}";
        case 2 -> unigram(vocabulary);
        default -> pairs(vocabulary);
      };
    }

    private static String ids(List<String> vocabulary) {
      StringBuilder ids = new StringBuilder("{");
      for (int id = 0; id < vocabulary.size(); id++) {
        ids.append(id == 0 ? "" : ",")
            .append('\'')
            .append(vocabulary.get(id))
            .append("':")
            .append(id);
      }
      return ids.append('}').toString();
    }

    private String unigram(List<String> vocabulary) {
      StringBuilder scored = new StringBuilder("[");
      for (String token : vocabulary) {
        scored
            .append(scored.length() == 1 ? "" : ",")
            .append("['" + token + "'," + -random.nextInt(1_000_000) / 99_991.0 + "]");
      }
      return "{'type':'Unigram','unk_id':0,'byte_fallback':"
          + random.nextBoolean()
          + ",'vocab':"
          + scored
          + "]}";
    }

    private String pairs(List<String> known) {
      List<String> vocabulary = new ArrayList<>(known);
      List<String> merges = new ArrayList<>();
      boolean old = random.nextBoolean();
      for (int i = 0; i < 60; i++) {
        String left = vocabulary.get(random.nextInt(vocabulary.size()));
        String right = vocabulary.get(random.nextInt(vocabulary.size()));
        if (left.contains("<") || right.contains("<") || (left + right).contains(" ")) {
          continue;
        }
        if (!vocabulary.contains(left + right)) {
          vocabulary.add(left + right);
        }
        merges.add(old ? "'" + left + " " + right + "'" : "['" + left + "','" + right + "']");
      }
      return "{'type':'BPE','unk_token':"
          + (random.nextBoolean() ? "'<unk>'" : "null")
          + ",'fuse_unk':"
          + random.nextBoolean()
          + ",'byte_fallback':"
          + random.nextBoolean()
          + ",'ignore_merges':"
          + random.nextBoolean()
          + (random.nextInt(3) == 0 ? ",'end_of_word_suffix':'b'" : "")
          + ",'vocab':"
          + ids(vocabulary)
          + ",'merges':["
          + String.join(",", merges)
          + "]}";
    }
  }
}
