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
              "load of a 45 MB context binary, without chunk hashes, against C",
              load("direct"),
              load("c"),
              1.15),
          Target.ratio(
              "the same, with chunk hashes, against C", load("direct-hashed"), load("c"), 1.5),
          Target.surplus(
              "VmHWM of that load, above C and an idle JVM together, flags as the launcher's",
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
              1 / 1.3));

  private Targets() {}

  private static Series.Key call(String rival) {
    return key("CallOverhead", ADD, rival, "ns/op");
  }

  private static Series.Key execute(String rival) {
    return key("DirectExecute", NOOP, rival, "ns/op");
  }

  private static Series.Key load(String rival) {
    return key("ContextLoad", MINILM, rival, "ms/op");
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

  private static Series.Key key(String benchmark, String subject, String rival, String unit) {
    return new Series.Key(benchmark, subject, rival, unit);
  }
}
