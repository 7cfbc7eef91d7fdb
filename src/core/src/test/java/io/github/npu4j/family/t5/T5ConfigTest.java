package io.github.npu4j.family.t5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class T5ConfigTest {

  private static final String SIZES =
      "\"vocab_size\":100,\"d_model\":32,\"d_kv\":8,\"d_ff\":64,\"num_layers\":2,\"num_heads\":3";

  @Test
  void whatIsNotSaidIsT5s() {
    T5Config config = parse("\"model_type\":\"t5\"");
    assertEquals(2, config.layers().decoder());
    assertEquals(24, config.attention().width());
    assertEquals(32, config.attention().positionBuckets());
    assertEquals(128, config.attention().maximumDistance());
    assertEquals(1e-6f, config.epsilon());
    assertEquals(T5Activation.RELU, config.feedForward().activation());
    assertFalse(config.feedForward().gated());
    assertTrue(config.output().tied());
    assertTrue(config.output().scaled());
    assertEquals(List.of(1), config.tokens().ends());
    assertEquals(0, config.tokens().start());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "relu            |                          | RELU      | false",
        "gated-gelu      |                          | GELU_TANH | true",
        "gelu            |                          | GELU      | false",
        "gated-silu      |                          | SILU      | true",
        "gated-relu      |                          | RELU      | true",
        "gelu_new        |                          | GELU_TANH | false",
        "gated-gelu      | \"dense_act_fn\":\"relu\"    | RELU      | true",
        "relu            | \"dense_act_fn\":\"gelu_new\",\"is_gated_act\":true | GELU_TANH | true"
      })
  void activationIsReadAsTransformersReadsIt(
      String projection, String more, T5Activation activation, boolean gated) {
    T5Config config =
        parse(
            "\"model_type\":\"t5\",\"feed_forward_proj\":\""
                + projection
                + "\""
                + (more == null ? "" : "," + more));
    assertEquals(activation, config.feedForward().activation());
    assertEquals(gated, config.feedForward().gated());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"model_type\":\"t5\",\"tie_word_embeddings\":true   | true  | true",
        "\"model_type\":\"t5\",\"tie_word_embeddings\":false  | false | false",
        "\"model_type\":\"t5\",\"scale_decoder_outputs\":false | true  | false",
        "\"model_type\":\"t5\",\"tie_word_embeddings\":false,\"scale_decoder_outputs\":true "
            + "| false | true",
        "\"model_type\":\"mt5\",\"tie_word_embeddings\":false | false | false",
        "\"model_type\":\"mt5\",\"tie_word_embeddings\":true,\"transformers_version\":\"4.57.6\" "
            + "| true | true",
        "\"model_type\":\"mt5\",\"tie_word_embeddings\":true,\"transformers_version\":\"5.23.0\" "
            + "| true | false"
      })
  void outputLayerIsTiedAndScaledAsTheVersionsHaveIt(String json, boolean tied, boolean scaled) {
    T5Config config = parse(json);
    assertEquals(tied, config.output().tied());
    assertEquals(scaled, config.output().scaled());
  }

  @Test
  void mt5HasAGateUnlessItSaysOtherwise() {
    assertEquals(
        T5Activation.GELU_TANH, parse("\"model_type\":\"mt5\"").feedForward().activation());
    assertTrue(parse("\"model_type\":\"mt5\"").feedForward().gated());
  }

  @Test
  void severalEndTokensAreKept() {
    T5Config config = parse("\"model_type\":\"t5\",\"eos_token_id\":[1,7]");
    assertEquals(List.of(1, 7), config.tokens().ends());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"model_type\":\"umt5\"                                   | architecture \"umt5\"",
        "\"model_type\":7                                          | \"model_type\" is not a string",
        "\"model_type\":\"t5\",\"feed_forward_proj\":\"mish\"      | activation \"mish\"",
        "\"model_type\":\"t5\",\"feed_forward_proj\":\"gated-x-y\" | activation \"x-y\"",
        "\"model_type\":\"t5\",\"num_decoder_layers\":0            | is 0, not from 1",
        "\"model_type\":\"t5\",\"relative_attention_num_buckets\":7 | 7 buckets",
        "\"model_type\":\"t5\",\"relative_attention_max_distance\":16 | up to 16",
        "\"model_type\":\"t5\",\"layer_norm_epsilon\":0            | layer_norm_epsilon is 0.0",
        "\"model_type\":\"t5\",\"eos_token_id\":100                | there are 100 tokens",
        "\"model_type\":\"t5\",\"decoder_start_token_id\":-1       | is -1, not from 0"
      })
  void whatCanNotBeExportedIsNamed(String json, String why) {
    BadModelException refused = assertThrows(BadModelException.class, () -> parse(json));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
    assertTrue(refused.getMessage().startsWith("config.json can't be"), refused.getMessage());
  }

  private static T5Config parse(String fields) {
    return T5Config.parse(("{" + SIZES + "," + fields + "}").getBytes(StandardCharsets.UTF_8));
  }
}
