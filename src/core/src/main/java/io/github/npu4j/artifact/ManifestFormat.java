package io.github.npu4j.artifact;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.github.npu4j.artifact.Manifest.Graph;
import io.github.npu4j.artifact.Manifest.Soc;
import io.github.npu4j.artifact.Manifest.Versions;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.store.Digest;
import io.github.npu4j.store.JsonObject;
import io.github.npu4j.store.json.JsonText;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Quantization;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A manifest as JSON text.
 *
 * <p>The text begins with its own SHA-256, taken over all its other bytes.
 */
final class ManifestFormat {

  /** How every manifest begins; 64 hexadecimal digits follow. */
  private static final byte[] HEAD = "{\n  \"sha256\" : \"".getBytes(StandardCharsets.UTF_8);

  private static final int HEX_DIGITS = 2 * Digest.HASH_BYTES;
  private static final String UNKNOWN_HASH = "0".repeat(HEX_DIGITS);

  /** Bounds far above any file seen, so that a hostile number can't make us allocate. */
  private static final int MOST_GRAPHS = 4096;

  private static final int MOST_TENSORS = 65536;
  private static final int MOST_CHUNKS = 1 << 20;
  private static final int MOST_SCALES = 1 << 20;
  private static final int HIGHEST_RANK = 16;

  /** The first format; it has no checksums. */
  private static final int WITHOUT_CHECKSUMS = 1;

  private static final long HIGHEST_CHECKSUM = 0xffff_ffffL;

  private ManifestFormat() {}

  static byte[] format(Manifest manifest) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indenter);
    try (JsonGenerator json = JsonText.generator(text)) {
      json.setPrettyPrinter(printer);
      write(manifest, json);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // memory is written, no file
    }
    text.write('\n');
    return sealed(text.toString(StandardCharsets.UTF_8));
  }

  /** Puts the text's own hash into its place. */
  static byte[] sealed(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] hash = ownHash(bytes).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(hash, 0, bytes, HEAD.length, HEX_DIGITS);
    return bytes;
  }

  private static void write(Manifest manifest, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("sha256", UNKNOWN_HASH);
    Digest digest = manifest.digest();
    boolean checksums = digest.checksums().isPresent();
    json.writeNumberField("formatVersion", checksums ? Manifest.FORMAT : WITHOUT_CHECKSUMS);
    json.writeNumberField("bytes", digest.size());
    json.writeNumberField("chunkBytes", Digest.CHUNK_BYTES);
    json.writeStringField("root", digest.root());
    json.writeArrayFieldStart("chunks");
    for (int chunk = 0; chunk < digest.chunks(); chunk++) {
      json.writeString(digest.chunk(chunk));
    }
    json.writeEndArray();
    if (checksums) {
      json.writeFieldName("crc32c");
      long[] values =
          Arrays.stream(digest.checksums().orElseThrow())
              .mapToLong(Integer::toUnsignedLong)
              .toArray();
      json.writeArray(values, 0, values.length);
    }
    writeOptional(json, "sourceSha256", manifest.sourceSha256());
    writeOptional(json, "epContextSha256", manifest.epContextSha256());
    json.writeObjectFieldStart("soc");
    json.writeStringField("name", manifest.soc().name());
    json.writeNumberField("model", manifest.soc().model());
    json.writeNumberField("htpArch", manifest.soc().htpArch());
    json.writeEndObject();
    json.writeObjectFieldStart("versions");
    json.writeStringField("qairt", manifest.versions().qairt());
    json.writeStringField("coreApi", manifest.versions().coreApi());
    json.writeStringField("backendApi", manifest.versions().backendApi());
    json.writeStringField("systemApi", manifest.versions().systemApi());
    json.writeStringField("contextBlob", manifest.versions().contextBlob());
    json.writeEndObject();
    json.writeBooleanField("sharedWeights", manifest.sharedWeights());
    json.writeArrayFieldStart("graphs");
    for (Graph graph : manifest.graphs()) {
      json.writeStartObject();
      json.writeStringField("name", graph.name());
      writeTensors(json, "inputs", graph.inputs());
      writeTensors(json, "outputs", graph.outputs());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeOptional(JsonGenerator json, String name, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    }
  }

  private static void writeTensors(JsonGenerator json, String name, List<TensorSpec> tensors)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (TensorSpec tensor : tensors) {
      json.writeStartObject();
      json.writeStringField("name", tensor.name());
      json.writeStringField("type", tensor.type().name().toLowerCase(Locale.ROOT));
      json.writeFieldName("shape");
      long[] shape = tensor.shape().toArray();
      json.writeArray(shape, 0, shape.length);
      if (tensor.quantization().isPresent()) {
        json.writeObjectFieldStart("quantization");
        writeQuantization(json, tensor.quantization().get());
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeQuantization(JsonGenerator json, Quantization quantization)
      throws IOException {
    switch (quantization) {
      case Quantization.PerTensor tensor -> {
        json.writeStringField("kind", "per-tensor");
        json.writeNumberField("scale", tensor.scale());
        json.writeNumberField("zeroPoint", tensor.zeroPoint());
      }
      case Quantization.PerAxis axis -> {
        json.writeStringField("kind", "per-axis");
        json.writeNumberField("axis", axis.axis());
        json.writeArrayFieldStart("scales");
        for (float scale : axis.scales()) {
          json.writeNumber(scale);
        }
        json.writeEndArray();
        json.writeFieldName("zeroPoints");
        int[] zeroPoints = axis.zeroPoints();
        json.writeArray(zeroPoints, 0, zeroPoints.length);
      }
      case Quantization.Described described -> {
        json.writeStringField("kind", "described");
        json.writeStringField("encoding", described.encoding());
      }
    }
  }

  static Manifest parse(byte[] text, String file) {
    requireUnchanged(text, file);
    JsonObject json = JsonObject.parse(text, file);
    json.string("sha256");
    int format = json.integer("formatVersion", WITHOUT_CHECKSUMS, Manifest.FORMAT);
    Manifest manifest =
        new Manifest(
            digest(json, format),
            optionalHash(json, "sourceSha256"),
            soc(json.object("soc")),
            versions(json.object("versions")),
            json.bool("sharedWeights"),
            json.objects("graphs", MOST_GRAPHS).stream().map(ManifestFormat::graph).toList(),
            optionalHash(json, "epContextSha256"));
    json.requireNothingElse();
    return manifest;
  }

  private static void requireUnchanged(byte[] text, String file) {
    int afterHash = HEAD.length + HEX_DIGITS;
    boolean begins =
        text.length > afterHash && Arrays.mismatch(HEAD, Arrays.copyOf(text, HEAD.length)) < 0;
    if (!begins) {
      throw new BadModelException(
          file + " can't be read",
          "it does not begin as npu4j's manifests do",
          "It is damaged or another file; compile or adopt the model again.");
    }
    String written = new String(text, HEAD.length, HEX_DIGITS, StandardCharsets.ISO_8859_1);
    if (!written.equals(ownHash(text))) {
      throw new BadModelException(
          file + " was changed since it was written",
          "its own SHA-256 does not match",
          "It is damaged or was edited; compile or adopt the model again.");
    }
  }

  private static String ownHash(byte[] text) {
    MessageDigest digest = Digest.sha256();
    digest.update(text, 0, HEAD.length);
    int rest = HEAD.length + HEX_DIGITS;
    digest.update(text, rest, text.length - rest);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static Digest digest(JsonObject json, int format) {
    long bytes = json.integer("bytes", 0, (long) MOST_CHUNKS * Digest.CHUNK_BYTES);
    json.integer("chunkBytes", Digest.CHUNK_BYTES, Digest.CHUNK_BYTES);
    List<String> chunks = json.strings("chunks", MOST_CHUNKS);
    byte[] hashes = new byte[chunks.size() * Digest.HASH_BYTES];
    for (int i = 0; i < chunks.size(); i++) {
      requireHash(json, "chunks", chunks.get(i));
      byte[] hash = HexFormat.of().parseHex(chunks.get(i));
      System.arraycopy(hash, 0, hashes, i * Digest.HASH_BYTES, Digest.HASH_BYTES);
    }
    Digest digest;
    try {
      digest = Digest.recorded(bytes, hashes, format == WITHOUT_CHECKSUMS ? null : checksums(json));
    } catch (IllegalArgumentException mismatch) {
      throw json.bad("chunks", "can't be: " + mismatch.getMessage());
    }
    if (!digest.root().equals(json.string("root"))) {
      throw json.bad("root", "is not the SHA-256 of the chunks' hashes");
    }
    return digest;
  }

  private static int[] checksums(JsonObject json) {
    long[] values = json.integers("crc32c", MOST_CHUNKS, 0, HIGHEST_CHECKSUM);
    return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
  }

  private static Optional<String> optionalHash(JsonObject json, String name) {
    String hash = json.optionalString(name);
    if (hash != null) {
      requireHash(json, name, hash);
    }
    return Optional.ofNullable(hash);
  }

  private static void requireHash(JsonObject json, String name, String hash) {
    if (!isHash(hash)) {
      throw json.bad(name, "holds what is not a SHA-256");
    }
  }

  private static boolean isHash(String text) {
    if (text.length() != HEX_DIGITS) {
      return false;
    }
    for (int i = 0; i < HEX_DIGITS; i++) {
      char digit = text.charAt(i);
      if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static Soc soc(JsonObject json) {
    Soc soc =
        new Soc(
            json.string("name"),
            json.integer("model", 0, Integer.MAX_VALUE),
            json.integer("htpArch", 0, Integer.MAX_VALUE));
    json.requireNothingElse();
    return soc;
  }

  private static Versions versions(JsonObject json) {
    Versions versions =
        new Versions(
            json.string("qairt"),
            json.string("coreApi"),
            json.string("backendApi"),
            json.string("systemApi"),
            json.string("contextBlob"));
    json.requireNothingElse();
    return versions;
  }

  private static Graph graph(JsonObject json) {
    Graph graph = new Graph(json.string("name"), tensors(json, "inputs"), tensors(json, "outputs"));
    json.requireNothingElse();
    return graph;
  }

  private static List<TensorSpec> tensors(JsonObject json, String name) {
    List<TensorSpec> tensors = new ArrayList<>();
    for (JsonObject tensor : json.objects(name, MOST_TENSORS)) {
      tensors.add(tensor(tensor));
    }
    return tensors;
  }

  private static TensorSpec tensor(JsonObject json) {
    String name = json.string("name");
    long[] shape = json.integers("shape", HIGHEST_RANK, Shape.DYNAMIC, Integer.MAX_VALUE);
    Quantization quantization =
        json.has("quantization") ? quantization(json.object("quantization")) : null;
    TensorSpec tensor =
        new TensorSpec(name, type(json), Shape.of(shape), Optional.ofNullable(quantization));
    if (tensor.shape().isStatic()) {
      try {
        tensor.byteSize();
      } catch (ArithmeticException tooLarge) {
        throw json.bad("shape", "is " + tensor.shape() + ", more than any memory holds");
      }
    }
    json.requireNothingElse();
    return tensor;
  }

  private static ElementType type(JsonObject json) {
    String name = json.string("type");
    for (ElementType type : ElementType.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
        return type;
      }
    }
    throw json.bad("type", "is \"" + name + "\", which is no element type");
  }

  private static Quantization quantization(JsonObject json) {
    String kind = json.string("kind");
    try {
      Quantization quantization =
          switch (kind) {
            case "per-tensor" ->
                new Quantization.PerTensor(
                    (float) json.number("scale"),
                    json.integer("zeroPoint", Integer.MIN_VALUE, Integer.MAX_VALUE));
            case "per-axis" ->
                new Quantization.PerAxis(
                    json.integer("axis", 0, HIGHEST_RANK - 1),
                    floats(json.numbers("scales", MOST_SCALES)),
                    ints(
                        json.integers(
                            "zeroPoints", MOST_SCALES, Integer.MIN_VALUE, Integer.MAX_VALUE)));
            case "described" -> new Quantization.Described(json.string("encoding"));
            default -> throw json.bad("kind", "is \"" + kind + "\", which is no quantization");
          };
      json.requireNothingElse();
      return quantization;
    } catch (IllegalArgumentException impossible) {
      throw json.bad("kind", "can't be: " + impossible.getMessage());
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static int[] ints(long[] values) {
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }
}
