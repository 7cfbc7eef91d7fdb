package io.github.npu4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes {@code RESULTS.md} from the raw data of a run: nothing in it is typed by hand.
 *
 * <p>Arguments: the folder of raw data, the file to write, then lines that describe the run (the
 * date, the command, the machine), each as {@code name=value}.
 */
final class Report {
  private static final Map<String, String> CHAPTERS = new TreeMap<>();

  static {
    CHAPTERS.put(
        "CallOverhead",
        "ONNX Runtime called through each binding, one intra-op thread. `c`: the C loop over"
            + " `RunWithBinding`; `ffm`: npu4j's IoBinding; `java-pinned`: ORT's Java package with"
            + " pinned direct buffers; `java-usual`: the same with tensors created and read at each"
            + " run.");
    CHAPTERS.put(
        "DirectExecute",
        "`graphExecute` of a QNN backend in C that does nothing, with the tensors of the graphs of"
            + " CallOverhead and of an MLP: what remains is the caller's own cost.");
    CHAPTERS.put(
        "ContextLoad",
        "A context binary, an MLP of 2, 46 or 403 MB, from its path to a graph that is ready to run"
            + " and back. Plain cases: from the page cache, in a process that did it before; `dropped`:"
            + " the page cache forgets the file before each load (POSIX_FADV_DONTNEED, looked after by"
            + " mincore); `cold VM`: the first load of a new process, with the start of the libraries."
            + " `c`: the same calls in C; `direct`: DirectEngine; `direct-checked`: with the CRC32C"
            + " of every chunk that the manifest has; `hashes-alone`: Digest of as many bytes in Java's heap, no file, no load;"
            + " `ort-ffm` and `ort-java`: an ONNX Runtime session over the EPContext model, through"
            + " npu4j's binding alone and through ONNX Runtime's Java package, the binary beside the"
            + " model (embed_mode 0) or `embedded` in it (1). After a colon: a phase of it; the first"
            + " run of the graph is not part of the whole. Each rival answers as C does, bit for bit,"
            + " before it is timed.");
    CHAPTERS.put(
        "PeakMemory",
        "VmHWM of a process that loads the context binary once, on the ways of ContextLoad."
            + " `idle-jvm`: a virtual machine with the same flags that does nothing.");
    CHAPTERS.put(
        "FirstUse",
        "What the first use of a binding costs in a new virtual machine, one process a sample.");
    CHAPTERS.put(
        "T5Generate",
        "Whole greedy answers of a T5 of T5-small's shape with random weights in fp32: 32 tokens in,"
            + " 32 out, two threads, on the CPU. `npu4j`: Seq2Seq, text in and text out;"
            + " `optimum-merged` and `optimum-split`: ORTModelForSeq2SeqLM with IoBinding;"
            + " `pytorch`: transformers' own.");
    CHAPTERS.put(
        "EmbedLatency",
        "Texts to vectors on the CPU, in fp32, from the same weights, each rival with its own"
            + " defaults and compared with ONNX Runtime's plain answer (cosine at least 0.9999)"
            + " before it is timed. `npu4j`: Embedder; `langchain4j`: its in-process models, on the"
            + " same ONNX Runtime; `ort-java`: ONNX Runtime's Java package and DJL's tokenizer by"
            + " hand, batches padded; `onnxruntime` (with tokenizers, by hand), `fastembed` and"
            + " `sentence-transformers` (PyTorch): Python, compared to a cosine of 0.999, two threads."
            + " For MiniLM langchain4j cuts texts at 128 tokens: it is left out"
            + " where they are longer.");
    CHAPTERS.put("EmbedThroughput", "The same in texts a second. The mixed texts have 4 to 126 tokens, as many between 4 and 8 as"
        + " between 8 and 16, and so on.");
    CHAPTERS.put(
        "TokenizerSpeed",
        "Text to token ids, one thread, and what that allocates on Java's heap. `djl`: DJL's"
            + " HuggingFaceTokenizer as its users call it; `npu4j over djl`: Tokenizer over the same"
            + " native library; `npu4j`: Tokenizer in Java; `npu4j, spiece.model`: its own SentencePiece. All give the same ids"
            + " before they are timed.");
    CHAPTERS.put(
        "Scale",
        "MiniLM on the CPU with short texts, 5 tokens each: more and more of them in one call of"
            + " embedAll, and one a call by more and more threads that share an Embedder. `MB"
            + " resident`: VmRSS of the process afterwards, with all answers of that call, 1.5 KB"
            + " each.");
    CHAPTERS.put("EmbedAllocation", "What one call leaves on Java's heap.");
    CHAPTERS.put(
        "ColdCommand",
        "Whole processes, from start to exit, files in the page cache. The first embedding: `npu4j`:"
            + " `npu4j embed --device cpu TEXT`, by the launcher with what it keeps for later starts;"
            + " `npu4j, no archive`: without that and without the launcher; `langchain4j`: the least"
            + " program that does the same, by plain `java -cp`; `langchain4j, archive`: with an AOT"
            + " cache that a run of it recorded; `idle-jvm`: a virtual machine that does nothing, with"
            + " the launcher's flags. The vectors are compared before.");
    CHAPTERS.put(
        "ColdSplit",
        "Where a first embedding spends its time, in a new virtual machine with the launcher's flags"
            + " and an AOT cache, one part after the other; `npu4j embed` does 3 and 4 at the same"
            + " time.");
  }

  /** The chapters whose samples are single calls, so that their tail tells something. */
  private static final Set<String> PERCENTILES = Set.of("EmbedLatency");

  private Report() {}

  /** Reads, judges, writes. */
  public static void main(String[] arguments) throws IOException {
    Path raw = Path.of(arguments[0]);
    TreeMap<Series.Key, List<Series>> data = RawData.read(raw);
    StringBuilder text = new StringBuilder("# Results\n\nWritten by `bench/run`; not edited.\n\n");
    for (int i = 2; i < arguments.length; i++) {
      String[] fact = arguments[i].split("=", 2);
      text.append("- ").append(fact[0]).append(": ").append(fact[1]).append('\n');
    }
    text.append(
        """

        Each figure is the median of all samples; the spread is the 5th to the 95th percentile. A
        ratio is taken between the medians of one round, in which the rivals ran one after the other;
        given are its median, least and greatest value over the rounds.

        ## Targets

        | what | target | measured | over the rounds | |
        |---|---|---|---|---|
        """);
    for (Target target : Targets.ALL) {
      text.append(target.row(data));
    }
    for (Map.Entry<String, String> chapter : CHAPTERS.entrySet()) {
      List<Series.Key> keys =
          data.keySet().stream()
              .filter(key -> key.benchmark().equals(chapter.getKey()))
              .toList();
      if (!keys.isEmpty()) {
        text.append("\n## ").append(chapter.getKey()).append("\n\n");
        text.append(chapter.getValue()).append("\n\n");
        if (PERCENTILES.contains(chapter.getKey())) {
          text.append("| case | who | p50 | p90 | p99 | p99.9 | samples |\n");
          text.append("|---|---|---|---|---|---|---|\n");
          keys.forEach(key -> text.append(percentiles(key, samples(data.get(key)))));
        } else {
          text.append("| case | who | median | spread | samples |\n|---|---|---|---|---|\n");
          keys.forEach(key -> text.append(row(key, samples(data.get(key)))));
        }
      }
    }
    Files.writeString(Path.of(arguments[1]), text);
  }

  private static double[] samples(List<Series> rounds) {
    return rounds.stream().flatMapToDouble(series -> Arrays.stream(series.samples())).toArray();
  }

  private static String percentiles(Series.Key key, double[] samples) {
    StringBuilder row = new StringBuilder("| " + key.subject() + " | " + key.rival() + " | ");
    for (double quantile : new double[] {0.5, 0.9, 0.99, 0.999}) {
      boolean seen = samples.length * (1 - quantile) >= 1;
      row.append(seen ? Target.number(Series.quantile(samples, quantile)) + " " + key.unit() : "");
      row.append(" | ");
    }
    return row.append(samples.length).append(" |\n").toString();
  }

  private static String row(Series.Key key, double[] samples) {
    return "| %s | %s | %s %s | %s to %s | %d |%n"
        .formatted(
            key.subject(),
            key.rival(),
            Target.number(Series.quantile(samples, 0.5)),
            key.unit(),
            Target.number(Series.quantile(samples, 0.05)),
            Target.number(Series.quantile(samples, 0.95)),
            samples.length);
  }
}
