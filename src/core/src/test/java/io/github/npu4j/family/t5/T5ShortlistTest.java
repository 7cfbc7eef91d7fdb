package io.github.npu4j.family.t5;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.npu4j.family.Seq2SeqFolder;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.testing.RandomT5;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class T5ShortlistTest {

  private static final int SMALLEST = 8192;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {SMALLEST, SMALLEST - 1})
  void isWrittenForLargeVocabularies(int vocabulary) throws IOException {
    ObjectNode config = RandomT5.nlu().config().deepCopy();
    config.put("d_model", 512).put("d_ff", 8).put("d_kv", 4).put("vocab_size", vocabulary);
    config.put("num_layers", 1).put("num_decoder_layers", 1);
    Path checkpoint = folder.resolve("checkpoint");
    new RandomT5(config, ElementType.BFLOAT16, 5).write(checkpoint);
    try (T5Checkpoint opened = T5Checkpoint.open(checkpoint)) {
      new T5Export(opened).writeFull(folder, Progress.NONE);
    }
    long step = Files.size(folder.resolve(Seq2SeqFolder.DECODER_WITH_PAST));
    boolean large = vocabulary == SMALLEST;
    assertEquals(large, Files.exists(folder.resolve(Seq2SeqFolder.SHORTLIST_STEP)));
    assertEquals(large, Files.exists(folder.resolve(Seq2SeqFolder.SHORTLIST_SCORES)));
    if (large) {
      long scores = Files.size(folder.resolve(Seq2SeqFolder.SHORTLIST_SCORES));
      long added = Files.size(folder.resolve(Seq2SeqFolder.SHORTLIST_STEP)) + scores;
      assertEquals(1.25, (double) added / step, 0.05, "the embedding, and a quarter of it");
    }
  }
}
