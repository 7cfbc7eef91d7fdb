package io.github.npu4j.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of a sentence-transformers folder, of any bytes, one by one. */
class MakersFilesFuzzTest {

  static Stream<Arguments> seeds() {
    return Stream.of(
            seed(
                0,
                "[{\"idx\":0,\"name\":\"0\",\"path\":\"\",\"type\":\"sentence_transformers.models.Transformer\"},{\"idx\":1,\"name\":\"1\",\"path\":\"1_Pooling\",\"type\":\"sentence_transformers.models.Pooling\"},{\"idx\":2,\"name\":\"2\",\"path\":\"2_Dense\",\"type\":\"sentence_transformers.models.Dense\"}]"),
            seed(
                1,
                "{\"word_embedding_dimension\":8,\"pooling_mode_cls_token\":false,\"pooling_mode_mean_tokens\":true,\"include_prompt\":true}"),
            seed(
                2,
                "{\"in_features\":8,\"out_features\":4,\"bias\":true,\"activation_function\":\"torch.nn.modules.activation.Tanh\"}"),
            seed(
                3,
                "{\"prompts\":{\"query\":\"query: \",\"document\":\"passage: \"},\"default_prompt_name\":null}"),
            seed(4, "{\"max_seq_length\":128,\"do_lower_case\":false}"),
            seed(5, "{\"model_type\":\"bert\",\"max_position_embeddings\":512,\"hidden_size\":8}"),
            seed(
                6,
                "{\"model_max_length\":1000000000000000019884624838656,\"tokenizer_class\":\"BertTokenizer\"}"))
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    if (input.length == 0) {
      return;
    }
    // The first byte says which file it is; the others are as a good folder has them.
    int changed = Math.floorMod(input[0], FILES.length);
    for (Arguments good : seeds().toList()) {
      byte[] seed = (byte[]) good.get()[0];
      byte[] content = seed[0] == changed ? input : seed;
      Bounded.file("own/" + FILES[seed[0]], Arrays.copyOfRange(content, 1, content.length));
    }
    Path folder = Bounded.file("own/any", "").getParent();
    Bounded.require(input.length, () -> MakersFiles.read(folder));
  }

  private static final String[] FILES = {
    "modules.json",
    "1_Pooling/config.json",
    "2_Dense/config.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
    "config.json",
    "tokenizer_config.json"
  };

  private static byte[] seed(int file, String content) {
    return ((char) file + content).getBytes(StandardCharsets.UTF_8);
  }
}
