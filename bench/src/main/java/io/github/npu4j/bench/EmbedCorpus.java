package io.github.npu4j.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.store.Cache;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The texts that every rival embeds, and the vectors of some of them by the plainest way there is,
 * for a comparison before anything is timed.
 *
 * <p>As a program: writes the corpus of a model to a JSON file that rivals in other languages read
 * too, with the model's folder.
 */
final class EmbedCorpus {
  /** The name of the case of many texts of many lengths. */
  static final String MIXED = "mixed";

  /** How far apart the vectors of two rivals may be. */
  static final double LEAST_COSINE = 0.9999;

  private static final int[] TOKENS = {5, 30, 120, 250};
  private static final int TEXTS_A_LENGTH = 64;
  private static final int MIXED_TEXTS = 2000;

  /** The lengths of the mixed texts: langchain4j reads 128 tokens of a text for MiniLM. */
  private static final int LEAST_MIXED = 4;

  private static final int MOST_MIXED = 126;
  private static final int CHECKED_EVERY = 16;
  private static final int SPECIAL_TOKENS = 2;

  /** Each of them is one token to the tokenizers of the models. */
  private static final String[] WORDS =
      """
      time year people way day man thing woman life child world school state family student group \
      country problem hand part place case week company system program question work government \
      number night point home water room mother area money story fact month lot right study book \
      eye job word business issue side kind head house service friend father power hour game line \
      end law car city community name president team minute idea body information back parent \
      face level office door health person art war history party result change morning reason \
      research girl guy moment air teacher force education\
      """
          .split(" ");

  private final Map<String, List<String>> texts = new LinkedHashMap<>();
  private final Map<String, Map<Integer, float[]>> vectors = new LinkedHashMap<>();

  private final String model;
  private final Path folder;

  private EmbedCorpus(String model, Path folder) {
    this.model = model;
    this.folder = folder;
  }

  /** Writes the corpus of a model. Arguments: the model's name in the catalog, the file. */
  public static void main(String[] arguments) throws Exception {
    ModelFolder folder = ModelCatalog.standard().open(arguments[0]);
    EmbedCorpus corpus = new EmbedCorpus(arguments[0], folder.path());
    Random random = new Random(5);
    for (int tokens : TOKENS) {
      List<String> same = corpus.texts.computeIfAbsent(tokens + " tokens", _ -> new ArrayList<>());
      for (int i = 0; i < TEXTS_A_LENGTH; i++) {
        same.add(text(tokens, random));
      }
    }
    List<String> mixed = corpus.texts.computeIfAbsent(MIXED, _ -> new ArrayList<>());
    double logarithms = Math.log((double) MOST_MIXED / LEAST_MIXED);
    for (int i = 0; i < MIXED_TEXTS; i++) {
      double tokens = LEAST_MIXED * Math.exp(random.nextDouble() * logarithms);
      mixed.add(text((int) Math.round(tokens), random));
    }
    try (Tokenizer tokenizer =
        Tokenizer.open(folder.requireTokenizer())) {
      for (int tokens : TOKENS) {
        for (String text : corpus.texts(tokens + " tokens")) {
          if (tokenizer.encode(text).length() != tokens) {
            throw new IllegalStateException("not " + tokens + " tokens: " + text);
          }
        }
      }
    }
    try (EmbedRival plain = new OrtJavaTexts(folder.path())) {
      for (Map.Entry<String, List<String>> entry : corpus.texts.entrySet()) {
        Map<Integer, float[]> checked = new LinkedHashMap<>();
        for (int i = 0; i < entry.getValue().size(); i += CHECKED_EVERY) {
          checked.put(i, plain.embed(entry.getValue().get(i)));
        }
        corpus.vectors.put(entry.getKey(), checked);
      }
    }
    corpus.write(Path.of(arguments[1]));
  }

  static String text(int tokens, Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < tokens - SPECIAL_TOKENS; i++) {
      text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
    }
    return text.toString();
  }

  /** Reads what {@link #main} wrote. */
  static EmbedCorpus read(Path file) throws IOException {
    JsonNode all = new ObjectMapper().readTree(file.toFile());
    EmbedCorpus corpus =
        new EmbedCorpus(
            all.required("model").asText(), Path.of(all.required("folder").asText()));
    for (JsonNode one : all.required("cases")) {
      List<String> texts = new ArrayList<>();
      one.required("texts").forEach(text -> texts.add(text.asText()));
      Map<Integer, float[]> checked = new LinkedHashMap<>();
      for (JsonNode vector : one.required("checked")) {
        float[] values = new float[vector.required("vector").size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = vector.required("vector").get(i).floatValue();
        }
        checked.put(vector.required("text").asInt(), values);
      }
      String name = one.required("case").asText();
      corpus.texts.put(name, texts);
      corpus.vectors.put(name, checked);
    }
    return corpus;
  }

  private void write(Path file) throws IOException {
    ObjectNode all = new ObjectMapper().createObjectNode();
    all.put("model", model).put("folder", folder.toString());
    ArrayNode cases = all.putArray("cases");
    texts.forEach((name, list) -> {
      ObjectNode one = cases.addObject().put("case", name);
      ArrayNode written = one.putArray("texts");
      list.forEach(written::add);
      ArrayNode checked = one.putArray("checked");
      vectors.get(name).forEach((index, vector) -> {
        ArrayNode values = checked.addObject().put("text", index).putArray("vector");
        for (float value : vector) {
          values.add(value);
        }
      });
    });
    new ObjectMapper().writeValue(file.toFile(), all);
  }

  /** Returns the model's name in the catalog. */
  String model() {
    return model;
  }

  /** Returns the model's folder. */
  Path folder() {
    return folder;
  }

  /** Returns the texts of a case, such as {@code 5 tokens}. */
  List<String> texts(String name) {
    return texts.get(name);
  }

  /** Throws unless the vectors of a case's texts are those that they should be. */
  void check(String name, List<float[]> answers) {
    vectors.get(name).forEach((index, expected) -> {
      if (index < answers.size()) {
        double cosine = cosine(expected, answers.get(index));
        if (!(cosine >= LEAST_COSINE)) {
          throw new IllegalStateException(
              "text " + index + " of " + name + " has cosine " + cosine + "; nothing is timed");
        }
      }
    });
  }

  static double cosine(float[] a, float[] b) {
    double product = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      ofA += (double) a[i] * a[i];
      ofB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(ofA * ofB);
  }
}
