package io.github.npu4j.seq2seq.constraint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonConstraintTest {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private static final String INTENTS =
      """
      {"type":"object","additionalProperties":false,"required":["intent","slots"],"properties":{
        "intent":{"enum":["alarm_set","alarm_cancel","none"]},
        "slots":{"type":"object","properties":{
          "time":{"type":"string","minLength":1,"maxLength":12},
          "timer":{"type":"integer","minimum":-5,"maximum":120},
          "label":{"type":["string","null"],"maxLength":9}}}}}
      """;

  private static final List<String> SCHEMAS =
      List.of(
          INTENTS,
          "{\"type\":\"string\"}",
          "{\"type\":\"string\",\"minLength\":3,\"maxLength\":3}",
          "{\"type\":\"number\"}",
          "{\"type\":\"integer\"}",
          "{\"type\":\"integer\",\"minimum\":17,\"maximum\":2315}",
          "{\"type\":[\"boolean\",\"null\"]}",
          "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{\"type\":\"boolean\"},"
              + "\"maxItems\":2},\"minItems\":2,\"maxItems\":4}",
          "{\"type\":\"array\",\"items\":{\"type\":\"number\"}}",
          "{\"anyOf\":[{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\"}}},"
              + "{\"const\":{\"a\":[1,null,\"\\u00e9\\n\\\"\"]}},{\"enum\":[-1.50,true,\"x\"]}]}");

  @TempDir static Path folder;
  private static TestTokenizers tokenizers;

  @BeforeAll
  static void open() throws IOException {
    tokenizers = TestTokenizers.in(folder);
  }

  @AfterAll
  static void close() {
    tokenizers.close();
  }

  /** Walks at random until an answer ends, and returns it; every state has to lead somewhere. */
  private static String walk(Tokenizer tokenizer, Constraint start, int tokens, Random random) {
    int end = tokenizer.vocabulary().endToken().orElseThrow();
    Constraint constraint = start.within(tokens);
    List<Integer> ids = new ArrayList<>();
    while (true) {
      List<Integer> allowed = allowed(tokenizer, constraint);
      assertFalse(allowed.isEmpty(), () -> "a dead end after " + decode(tokenizer, ids));
      int token = allowed.get(random.nextInt(allowed.size()));
      ids.add(token);
      assertTrue(ids.size() <= tokens, () -> "not in time: " + decode(tokenizer, ids));
      if (token == end) {
        return decode(tokenizer, ids);
      }
      constraint = constraint.after(token);
    }
  }

  private static List<Integer> allowed(Tokenizer tokenizer, Constraint constraint) {
    long[] words = new long[(tokenizer.vocabulary().size() + 63) / 64];
    constraint.allowed(words);
    List<Integer> tokens = new ArrayList<>();
    for (int id = 0; id < tokenizer.vocabulary().size(); id++) {
      if ((words[id >> 6] >>> id & 1) != 0) {
        tokens.add(id);
      }
    }
    return tokens;
  }

  private static String decode(Tokenizer tokenizer, List<Integer> ids) {
    return tokenizer.decode(ids.stream().mapToLong(Integer::longValue).toArray());
  }

  @Test
  void writesOnlyValidDocumentsAndAlwaysInTime() throws IOException {
    Random random = new Random(1);
    int documents = 0;
    for (Tokenizer tokenizer : tokenizers.all()) {
      for (String schema : SCHEMAS) {
        Constraint constraint = Constraint.jsonSchema(tokenizer, schema);
        for (int round = 0; round < 60; round++) {
          int tokens = 45 + random.nextInt(60);
          String document = walk(tokenizer, constraint, tokens, random);
          JsonNode value = JSON.readTree(document);
          SchemaCheck.check(JSON.readTree(schema), value, document);
          documents++;
        }
      }
    }
    assertEquals(1800, documents);
  }

  @Test
  void reachesEveryCompactDocument() {
    List<String> documents =
        List.of(
            "{\"intent\":\"alarm_set\",\"slots\":{}}",
            "{\"intent\":\"none\",\"slots\":{\"time\":\"7:30\"}}",
            "{\"intent\":\"alarm_set\",\"slots\":{\"time\":\"\u00e9\ud83d\ude00 at 7\"}}",
            "{\"intent\":\"alarm_cancel\",\"slots\":{\"timer\":120}}",
            "{\"slots\":{\"label\":null,\"timer\":1,\"time\":\"7\"},\"intent\":\"none\"}",
            "{\"intent\":\"alarm_cancel\",\"slots\":{\"timer\":-5,\"label\":null}}",
            "{\"intent\":\"none\",\"slots\":{\"time\":\"a\\\"\\\\b\",\"timer\":0,\"label\":\"\"}}",
            "{\"intent\":\"none\",\"slots\":{\"label\":\"\\u00e9\\ud83d\\uDE00\\n\"}}",
            "{\"intent\":\"none\",\"slots\":{\"time\":\"{\\\"intent\\\":\"}}");
    for (Tokenizer tokenizer : tokenizers.all()) {
      for (String document : documents) {
        assertTrue(accepts(tokenizer, INTENTS, document), document);
      }
    }
  }

  /** Follows a document in the tokens that the tokenizer makes of it. */
  private static boolean accepts(Tokenizer tokenizer, String schema, String document) {
    Constraint constraint = Constraint.jsonSchema(tokenizer, schema);
    for (long id : tokenizer.encode(document).ids()) {
      int token = (int) id;
      if (!allowed(tokenizer, constraint).contains(token)) {
        return false;
      }
      if (token == tokenizer.vocabulary().endToken().orElseThrow()) {
        return true;
      }
      constraint = constraint.after(token);
    }
    return false;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"intent\":\"alarm\",\"slots\":{}}",
        "{\"intent\":\"alarm_set\"}",
        "{\"intent\":\"alarm_set\",\"slots\":{\"time\":\"\"}}",
        "{\"intent\":\"alarm_set\",\"slots\":{\"time\":\"thirteen long\"}}",
        "{\"intent\":\"alarm_set\",\"slots\":{\"timer\":1,\"timer\":1}}",
        "{\"intent\":\"alarm_set\",\"slots\":{\"timer\":1,}}",
        "{\"slots\":{}}",
        "{\"slots\":{},\"slots\":{}}",
        "{\"intent\":\"alarm_set\",\"slots\":{\"timer\":121}}",
        "{\"intent\":\"alarm_set\",\"slots\":{\"timer\":-6}}",
        "{\"intent\":\"alarm_set\",\"slots\":{\"timer\":007}}",
        "{\"intent\":\"alarm_set\",\"slots\":{\"timer\":-0}}",
        "{\"intent\":\"alarm_set\",\"slots\":{\"timer\":1.0}}",
        "{\"intent\":\"alarm_set\",\"slots\":{\"other\":1}}",
        "{\"intent\":\"alarm_set\",\"slots\":{,}}",
        "{\"intent\":\"alarm_set\",\"slots\":{\"label\":\"\\uDE00\"}}",
        "{\"intent\":\"alarm_set\",\"slots\":{\"label\":\"\\ud83dx\"}}",
        "{\"intent\":\"alarm_set\",\"slots\":{\"label\":\"\\x\"}}",
        "{\"intent\":\"alarm_set\",\"slots\":{}}}",
        "{\"intent\":\"alarm_set\", \"slots\":{}}"
      })
  void reachesNoOther(String document) {
    for (Tokenizer tokenizer : tokenizers.all()) {
      assertFalse(accepts(tokenizer, INTENTS, document), document);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          number  | 0 -0 1 -1 0.5 10 1e5 1E-5 1.25e+10 999999999999999 | 01 -  . 1. .5 1e e5 +1 1e100 NaN
          integer | 0 -0 7 -12 999999999999999                          | 00 1.0 1e1 1000000000000000 -
          """)
  void knowsNumbers(String type, String valid, String invalid) {
    String schema = "{\"type\":\"" + type + "\"}";
    Tokenizer bytes = tokenizers.bytes();
    for (String number : valid.split(" +")) {
      assertTrue(accepts(bytes, schema, number), number);
    }
    for (String number : invalid.split(" +")) {
      assertFalse(accepts(bytes, schema, number), number);
    }
  }

  @ParameterizedTest
  @CsvSource({"17, 2315", "-20, -3", "-1, 1", "0, 0", "5, 5", "99, 1000", "-1000, 99"})
  void knowsTheLimitsOfIntegers(long smallest, long largest) {
    Expression range = IntegerRange.of(smallest, largest);
    for (long value = -1100; value <= 2400; value++) {
      Expression rest = range;
      for (byte digit : Long.toString(value).getBytes(StandardCharsets.US_ASCII)) {
        rest = rest.after(digit);
      }
      assertEquals(value >= smallest && value <= largest, rest.acceptsEmpty(), value + "");
    }
  }

  @Test
  void writesATokenThatIsSeveralPartsOfADocument() {
    Tokenizer tokenizer = tokenizers.framed();
    long[] ids = tokenizer.encode("{\"intent\":\"alarm_set\",\"slots\":{\"time\":\"7\"}}").ids();
    assertEquals(6, ids.length);
    assertTrue(
        accepts(tokenizer, INTENTS, "{\"intent\":\"alarm_set\",\"slots\":{\"time\":\"7\"}}"));
    assertFalse(accepts(tokenizer, INTENTS, "{\"intent\":\"call\",\"slots\":{\"time\":\"7\"}}"));
  }

  @Test
  void endsInTimeWhateverTheModelWants() throws IOException {
    Tokenizer bytes = tokenizers.bytes();
    Constraint constraint =
        Constraint.jsonSchema(bytes, "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}");
    Random random = new Random(7);
    for (int tokens = 3; tokens < 40; tokens++) {
      JSON.readTree(walk(bytes, constraint, tokens, random));
    }
    // Too little time changes nothing: something is still allowed.
    assertEquals(List.of(3 + (int) '['), allowed(bytes, constraint.within(2)));
    assertArrayEquals(
        allowed(bytes, constraint).toArray(), allowed(bytes, constraint.within(1)).toArray());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type":"string","pattern":"a+"}                   | the keyword pattern is not supported
          {"$ref":"#/x"}                                     | the keyword $ref is not supported
          {}                                                 | it allows anything
          {"type":"date"}                                    | there is no type date
          {"type":"object","additionalProperties":true}      | additionalProperties is not false
          {"type":"object","required":["a"]}                 | it requires a
          {"type":"object","properties":{"a":{"type":1}}}    | at /properties/a type is neither
          {"type":"array"}                                   | may hold anything
          {"type":"array","items":{"not":{}}}                | at /items the keyword not
          {"type":"string","minLength":3,"maxLength":2}      | above its largest
          {"type":"string","minLength":-1}                   | minLength is not between
          {"type":"string","minLength":"a"}                  | minLength is no number
          {"type":"integer","minimum":2,"maximum":1}         | minimum is above maximum
          {"type":"integer","minimum":1.5}                   | no whole number
          {"type":"integer","maximum":1000000000000000000}   | more than 18 digits
          {"type":"number","minimum":1}                      | not supported of a number
          {"enum":[]}                                        | no value is left
          {"enum":["a"],"type":"integer"}                    | no value is left
          {"enum":["a"],"minLength":1}                       | minLength is not supported beside
          {"anyOf":[]}                                       | anyOf is empty
          {"anyOf":[{"type":"null"},{"type":"x"}]}           | at /anyOf/1 there is no type x
          true                                               | it is not an object
          {"type":"null"} x                                  | Unrecognized
          {"type":"null","type":"string"}                    | Duplicate
          {"type":                                           | end-of-input
          """)
  void refusesWhatItDoesNotSupport(String schema, String why) {
    String message =
        assertThrows(
                BadInputException.class, () -> Constraint.jsonSchema(tokenizers.bytes(), schema))
            .getMessage();
    assertTrue(message.contains(why), message);
    assertTrue(message.contains("Supported are: type (object"), message);
  }

  @Test
  void refusesAVocabularyThatCantWriteIt() {
    String message =
        assertThrows(
                BadInputException.class,
                () -> Constraint.jsonSchema(tokenizers.lettersOnly(), "{\"enum\":[{}]}"))
            .getMessage();
    assertTrue(message.contains("no way to write {"), message);
    assertTrue(message.contains("byte fallback"), message);
  }

  @Test
  void refusesATokenThatIsNotAllowed() {
    Constraint constraint = Constraint.jsonSchema(tokenizers.bytes(), "{\"type\":\"null\"}");
    assertThrows(IllegalArgumentException.class, () -> constraint.after(3 + 'x'));
    assertThrows(IllegalArgumentException.class, () -> constraint.after(0));
    assertThrows(IllegalArgumentException.class, () -> constraint.after(9999));
  }
}
