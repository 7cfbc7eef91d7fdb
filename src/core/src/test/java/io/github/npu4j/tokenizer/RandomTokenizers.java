package io.github.npu4j.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Tokenizers of small vocabularies, of steps in any order. */
final class RandomTokenizers {

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
            List.of("<unk>", "a", "b", "c", "ab", "bc", "abc", "\u2581", "\u2581a", "##a", "##b"));
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
