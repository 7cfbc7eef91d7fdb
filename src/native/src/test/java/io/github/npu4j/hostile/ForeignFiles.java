package io.github.npu4j.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** What people hand over in place of a model: files of other kinds, made in code. */
public final class ForeignFiles {
  private ForeignFiles() {}

  /** Returns the bytes of one file of each kind, by the name of the kind. */
  public static Map<String, byte[]> byKind() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("empty", new byte[0]);
    files.put("one zero byte", new byte[1]);
    files.put("zeros", new byte[65536]);
    files.put("ones", filled(65536, (byte) 0xff));
    files.put("noise", noise(65536, 1));
    files.put("short noise", noise(37, 2));
    files.put("zip", zip("readme.txt"));
    files.put("dlc", zip("model.params")); // a DLC is a zip archive with these names in it
    files.put("gzip", gzip(noise(5000, 3)));
    files.put("png", starting(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10}));
    files.put("elf", starting(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}));
    files.put("dll", starting(new byte[] {'M', 'Z', (byte) 0x90, 0, 3, 0, 0, 0}));
    files.put("class", starting(new byte[] {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe}));
    files.put("pdf", text("%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n<< >>\nendobj\n"));
    files.put(
        "html",
        text("<!DOCTYPE html>\n<html><head><title>403 Forbidden</title></head><body/></html>\n"));
    files.put(
        "lfs pointer",
        text(
            "version https://git-lfs.github.com/spec/v1\noid sha256:"
                + "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
                + "size 45547520\n"));
    files.put("json", text("{\"error\": \"Repository not found\"}"));
    files.put("open json", text("{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"a\": 0,"));
    files.put("deep json", text("[".repeat(100_000)));
    files.put("utf-16 text", "a model\n".getBytes(StandardCharsets.UTF_16));
    files.put("safetensors", safetensors());
    files.put("pickle", new byte[] {(byte) 0x80, 2, '}', 'q', 0, '.'});
    files.put("tar", tar());
    files.put("npy", new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    return files;
  }

  /** Noise that is the same in each run. */
  static byte[] noise(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] filled(int length, byte value) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, value);
    return bytes;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] starting(byte[] magic) {
    byte[] bytes = noise(20_000, magic[0]);
    System.arraycopy(magic, 0, bytes, 0, magic.length);
    return bytes;
  }

  private static byte[] zip(String entry) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry(entry));
      out.write(noise(5000, 4));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static byte[] safetensors() {
    byte[] header = text("{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}");
    return ByteBuffer.allocate(8 + header.length + 8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private static byte[] tar() {
    byte[] block = new byte[10240];
    System.arraycopy(text("model.onnx"), 0, block, 0, 10);
    System.arraycopy(text("ustar"), 0, block, 257, 5);
    return block;
  }
}
