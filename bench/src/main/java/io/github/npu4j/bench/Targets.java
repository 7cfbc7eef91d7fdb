package io.github.npu4j.bench;

import java.util.List;

/** The figures that the project promises. */
final class Targets {
  private static final String ADD = "add-384";
  private static final String NOOP = "mlp";
  private static final String MINILM = "minilm-128";

  static final List<Target> ALL =
      List.of(
          Target.ratio(
              "ORT through FFM, Add on 1x384, against the C loop",
              call("ffm"),
              call("c"),
              1.05),
          Target.ratio(
              "the same, against ORT Java used the usual way", call("ffm"), call("java-usual"), 0.25),
          // JMH divides what the whole VM allocated by the runs: its own few objects remain.
          Target.value(
              "the same, allocated a run", key("CallOverhead", ADD, "ffm", "B/op"), 0.5),
          Target.surplus(
              "direct execute on the no-op backend, above the C loop",
              execute("direct"),
              List.of(execute("c")),
              150,
              "ns/op"),
          Target.value(
              "the same, allocated a run", key("DirectExecute", NOOP, "direct", "B/op"), 0.5),
          Target.ratio(
              "load of a 45 MB context binary, without a check of its bytes, against C",
              load("mlp-45", "direct"),
              load("mlp-45", "c"),
              1.15),
          Target.ratio(
              "the same, with every chunk checked, against C",
              load("mlp-45", "direct-checked"),
              load("mlp-45", "c"),
              1.25),
          // Twice as fast.
          Target.ratio(
              "the same, without, against ONNX Runtime's EPContext session (FFM)",
              load("mlp-45", "direct"),
              load("mlp-45", "ort-ffm"),
              0.5),
          Target.ratio(
              "the same, without, against ONNX Runtime's EPContext session (Java)",
              load("mlp-45", "direct"),
              load("mlp-45", "ort-java"),
              0.5),
          Target.ratio(
              "load of a 400 MB context binary, without a check of its bytes, against C",
              load("mlp-400", "direct"),
              load("mlp-400", "c"),
              1.15),
          Target.ratio(
              "the same, with every chunk checked, against C",
              load("mlp-400", "direct-checked"),
              load("mlp-400", "c"),
              1.25),
          Target.ratio(
              "the same, without, against ONNX Runtime's EPContext session (FFM)",
              load("mlp-400", "direct"),
              load("mlp-400", "ort-ffm"),
              0.5),
          Target.ratio(
              "the same, without, against ONNX Runtime's EPContext session (Java)",
              load("mlp-400", "direct"),
              load("mlp-400", "ort-java"),
              0.5),
          Target.ratio(
              "VmHWM of a load of 45 MB, against ONNX Runtime's EPContext session, embed_mode 0",
              peak("mlp-45", "direct-checked"),
              peak("mlp-45", "ort-ffm"),
              0.6),
          Target.ratio(
              "the same, embed_mode 1",
              peak("mlp-45", "direct-checked"),
              peak("mlp-45", "ort-ffm-embedded"),
              0.6),
          Target.ratio(
              "VmHWM of a load of 400 MB, against ONNX Runtime's EPContext session, embed_mode 0",
              peak("mlp-400", "direct-checked"),
              peak("mlp-400", "ort-ffm"),
              0.6),
          Target.ratio(
              "the same, embed_mode 1",
              peak("mlp-400", "direct-checked"),
              peak("mlp-400", "ort-ffm-embedded"),
              0.6),
          Target.surplus(
              "VmHWM of a load of MiniLM, 45 MB, above C and an idle JVM together, flags as the launcher's",
              memory("direct, archive"),
              List.of(memory("c"), memory("idle-jvm, archive")),
              5,
              "MB"),
          Target.surplus(
              "the same without an AOT cache",
              memory("direct"),
              List.of(memory("c"), memory("idle-jvm")),
              5,
              "MB"),
          Target.surplus(
              "the same with an AOT cache and a heap that starts small (`-Xms8m`)",
              memory("direct, archive, small heap"),
              List.of(memory("c"), memory("idle-jvm, archive, small heap")),
              5,
              "MB"),
          Target.surplus(
              "the same, interpreted (no compiler's memory) and with a young generation of 2 MB",
              memory("direct, archive, interpreted"),
              List.of(memory("c"), memory("idle-jvm, archive, interpreted")),
              5,
              "MB"),
          Target.value(
              "generated classes initialised, all that a first run needs, ORT",
              firstUse("ort"),
              10),
          Target.value("the same, QNN", firstUse("qnn"), 10),
          Target.value("the same with an AOT cache, ORT", firstUse("ort, archive"), 10),
          Target.value("the same with an AOT cache, QNN", firstUse("qnn, archive"), 10),
          // 1.3 times as fast.
          Target.ratio(
              "a T5-small answer, 32 tokens in and 32 out, against Optimum merged",
              answer("npu4j"),
              answer("optimum-merged"),
              1 / 1.3),
          // 1.2 times as fast.
          Target.ratio(
              "one text of 5 tokens, p50, against langchain4j",
              shortText("npu4j"),
              shortText("langchain4j"),
              1 / 1.2),
          Target.tail(
              "the same, how many p50 a p99 is, against langchain4j's",
              shortText("npu4j"),
              shortText("langchain4j")),
          // 1.7 times as fast: a ratio of times, which is theirs to ours in texts a second.
          Target.ratio(
              "2,000 mixed texts, time against langchain4j's",
              mixedTexts("langchain4j"),
              mixedTexts("npu4j"),
              1 / 1.7),
          Target.ratio(
              "`npu4j embed` on the CPU, cold, the whole process, against langchain4j's",
              firstEmbedding("npu4j"),
              firstEmbedding("langchain4j"),
              0.4),
          Target.surplus(
              "`embed(text, destination)`, allocated beside the tokenizer's",
              allocation("npu4j"),
              List.of(allocation("npu4j, tokenizer alone")),
              0.5,
              "B/op"),
          Target.ratio(
              "cost of a short text among 100,000, against one among 1,000",
              manyTexts(100_000, "ms/text"),
              manyTexts(1_000, "ms/text"),
              1.1),
          // Their vectors take 146 MB.
          Target.surplus(
              "memory resident after 100,000 texts in one call, above that after 1,000",
              manyTexts(100_000, "MB resident"),
              List.of(manyTexts(1_000, "MB resident")),
              2 * 146,
              "MB"),
          // A ratio of times, which is that of texts a second turned round.
          Target.ratio(
              "cost of a short text with 8 threads that share an embedder, against 1 thread",
              manyThreads(1),
              manyThreads(8),
              1.1));

  private Targets() {}

  private static Series.Key call(String rival) {
    return key("CallOverhead", ADD, rival, "ns/op");
  }

  private static Series.Key execute(String rival) {
    return key("DirectExecute", NOOP, rival, "ns/op");
  }

  private static Series.Key load(String subject, String rival) {
    return key("ContextLoad", subject, rival, "ms/op");
  }

  private static Series.Key peak(String subject, String rival) {
    return key("PeakMemory", subject, rival, "MB");
  }

  private static Series.Key memory(String rival) {
    return key("PeakMemory", MINILM, rival, "MB");
  }

  private static Series.Key firstUse(String subject) {
    return key("FirstUse", subject, "abi", "ms");
  }

  private static Series.Key answer(String rival) {
    return key("T5Generate", "t5-small", rival, "ms");
  }

  private static Series.Key shortText(String rival) {
    return key("EmbedLatency", "minilm,   5 tokens,  1 at once", rival, "ms");
  }

  private static Series.Key mixedTexts(String rival) {
    return key("EmbedThroughput", "minilm, 2000 mixed texts", rival, "texts/s");
  }

  private static Series.Key manyTexts(int count, String unit) {
    return key("Scale", ManyTexts.subject("minilm", count), "npu4j", unit);
  }

  private static Series.Key manyThreads(int count) {
    return key("Scale", ManyThreads.subject("minilm", count), "npu4j", "texts/s");
  }

  private static Series.Key firstEmbedding(String rival) {
    return key("ColdCommand", "the first embedding", rival, "ms");
  }

  private static Series.Key allocation(String who) {
    return key("EmbedAllocation", "one text of 5 tokens", who, "B/op");
  }

  private static Series.Key key(String benchmark, String subject, String rival, String unit) {
    return new Series.Key(benchmark, subject, rival, unit);
  }
}
