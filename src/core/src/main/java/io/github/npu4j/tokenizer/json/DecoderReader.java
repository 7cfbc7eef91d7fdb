package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.decode.Decoders;
import io.github.npu4j.tokenizer.pipeline.Decoder;
import io.github.npu4j.tokenizer.pretokenize.MetaspaceSplit.Prepend;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the decoder of a {@code tokenizer.json}. */
final class DecoderReader {

  private static final String OWNER = "its decoder";

  private DecoderReader() {}

  static @Nullable Decoder read(@Nullable Object value) {
    return value == null ? null : step(Fields.of(OWNER, value));
  }

  private static Decoder step(Fields step) {
    String type = step.type();
    return switch (type) {
      case "Sequence" -> {
        List<Decoder> parts = new ArrayList<>();
        for (Fields part : step.parts("decoders")) {
          parts.add(step(part));
        }
        yield Decoders.sequence(parts);
      }
      case "ByteLevel" -> Decoders.byteLevel();
      case "WordPiece" -> Decoders.wordPiece(step.text("prefix"), step.flag("cleanup"));
      case "Metaspace" ->
          Decoders.metaspace(
              step.character("replacement"), PreTokenizerReader.prepend(step) != Prepend.NEVER);
      case "BPEDecoder" -> Decoders.bpe(step.text("suffix"));
      case "CTC" ->
          Decoders.ctc(
              step.text("pad_token"), step.text("word_delimiter_token"), step.flag("cleanup"));
      case "Replace" -> Decoders.replace(Patterns.read(step), step.text("content"));
      case "Fuse" -> Decoders.fuse();
      case "Strip" ->
          Decoders.strip(step.character("content"), step.number("start"), step.number("stop"));
      case "ByteFallback" -> Decoders.byteFallback();
      default -> throw step.wrong("is of the unknown type " + type);
    };
  }
}
