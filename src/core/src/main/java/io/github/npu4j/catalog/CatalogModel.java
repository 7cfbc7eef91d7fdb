package io.github.npu4j.catalog;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.store.JsonObject;

/**
 * A model that npu4j knows by name, inside a jar on Maven Central or on the user's mirror of it.
 *
 * @param name its name here, such as {@code minilm}
 * @param summary what it is, in one line
 * @param groupId the Maven coordinates of the jar
 * @param artifactId the Maven coordinates of the jar
 * @param version the pinned version
 * @param jar the size and hash of the jar; its entry name is empty
 * @param onnx the ONNX model in it
 * @param tokenizer the tokenizer in it
 * @param description what goes into its {@code npu4j.json}
 */
public record CatalogModel(
    String name,
    String summary,
    String groupId,
    String artifactId,
    String version,
    Content jar,
    Content onnx,
    Content tokenizer,
    ModelDescription description) {

  /**
   * A file, or an entry of a jar.
   *
   * @param entry the name inside the jar
   * @param bytes its size
   * @param sha256 its SHA-256 in lower-case hexadecimal
   */
  public record Content(String entry, long bytes, String sha256) {}

  /** No model of the catalog is larger, in bytes; QNN could not take one either. */
  private static final long LARGEST = 4L << 30;

  static CatalogModel read(JsonObject json) {
    JsonObject description = json.object("description");
    CatalogModel model =
        new CatalogModel(
            json.string("name"),
            json.string("summary"),
            json.string("groupId"),
            json.string("artifactId"),
            json.string("version"),
            content(json.object("jar")),
            content(json.object("onnx")),
            content(json.object("tokenizer")),
            ModelDescription.read(description));
    description.requireNothingElse();
    json.requireNothingElse();
    return model;
  }

  private static Content content(JsonObject json) {
    String entry = json.has("entry") ? json.string("entry") : "";
    Content content = new Content(entry, json.integer("bytes", 1, LARGEST), json.string("sha256"));
    json.requireNothingElse();
    return content;
  }

  /** Returns the Maven coordinates as {@code group:artifact:version}. */
  public String coordinates() {
    return groupId + ":" + artifactId + ":" + version;
  }

  /** Returns the file name of the jar. */
  public String jarFile() {
    return artifactId + "-" + version + ".jar";
  }

  /** Returns the name of its folder in the cache: a new version never overwrites an old one. */
  public String entryName() {
    return name + "-" + version;
  }
}
