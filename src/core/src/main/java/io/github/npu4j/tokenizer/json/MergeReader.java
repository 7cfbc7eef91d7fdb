package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.model.MergeTable;
import io.github.npu4j.tokenizer.model.TokenTable;
import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the merges of a model: pairs of tokens, or lines with a space between them. */
final class MergeReader {

  private final TokenTable table;
  private final int prefixLength;
  private final MergeTable.Builder merges = new MergeTable.Builder();
  private byte[] left = new byte[64];
  private int leftLength;

  /**
   * Makes one.
   *
   * @param prefixLength how many bytes of a second token are a prefix that merging takes away
   */
  MergeReader(TokenTable table, int prefixLength) {
    this.table = table;
    this.prefixLength = prefixLength;
  }

  MergeTable table() {
    return merges.build();
  }

  void read(JsonReader json) {
    if (!json.isArray()) {
      throw new TokenizerDefect("its merges are no list");
    }
    json.beginArray();
    for (boolean first = true; json.nextItem(first); first = false) {
      if (json.isString()) {
        json.readString();
        line(json.string(), json.stringStart(), json.stringEnd());
      } else {
        pair(json);
      }
    }
  }

  private void pair(JsonReader json) {
    json.beginArray();
    boolean one = json.nextItem(true);
    if (one) {
      json.readString();
      keep(json.string(), json.stringStart(), json.stringEnd());
    }
    if (!one || !json.nextItem(false)) {
      throw json.malformed("a merge is no pair");
    }
    json.readString();
    add(json.string(), json.stringStart(), json.stringEnd());
    if (json.nextItem(false)) {
      throw json.malformed("a merge is no pair");
    }
  }

  /** Adds a line of the older form; one that tells a version says nothing. */
  void line(byte[] text, int start, int end) {
    if (startsWithVersion(text, start, end)) {
      return;
    }
    int space = start;
    while (space < end && text[space] != ' ') {
      space++;
    }
    int more = space + 1;
    while (more < end && text[more] != ' ') {
      more++;
    }
    if (space >= end || more < end) {
      throw new TokenizerDefect(
          "its merge number "
              + (merges.size() + 1)
              + " is no pair: "
              + new String(text, start, end - start, StandardCharsets.UTF_8));
    }
    keep(text, start, space);
    add(text, space + 1, end);
  }

  private static boolean startsWithVersion(byte[] text, int start, int end) {
    String version = "#version";
    return end - start >= version.length()
        && new String(text, start, version.length(), StandardCharsets.ISO_8859_1).equals(version);
  }

  private void keep(byte[] text, int start, int end) {
    leftLength = end - start;
    if (left.length < leftLength) {
      left = new byte[2 * leftLength];
    }
    System.arraycopy(text, start, left, 0, leftLength);
  }

  private void add(byte[] text, int start, int end) {
    int one = table.idOf(left, 0, leftLength);
    int other = table.idOf(text, start, end);
    if (one == TokenTable.NONE || other == TokenTable.NONE) {
      byte[] missing =
          one == TokenTable.NONE
              ? Arrays.copyOf(left, leftLength)
              : Arrays.copyOfRange(text, start, end);
      throw missing(missing);
    }
    if (end - start < prefixLength
        || end - start > prefixLength && (text[start + prefixLength] & 0xc0) == 0x80) {
      throw new TokenizerDefect(
          "its model merges "
              + new String(text, start, end - start, StandardCharsets.UTF_8)
              + ", which is shorter than the prefix of its tokens");
    }
    int rest = end - start - prefixLength;
    if (left.length < leftLength + rest) {
      left = Arrays.copyOf(left, 2 * (leftLength + rest));
    }
    System.arraycopy(text, start + prefixLength, left, leftLength, rest);
    int both = table.idOf(left, 0, leftLength + rest);
    if (both == TokenTable.NONE) {
      throw missing(Arrays.copyOf(left, leftLength + rest));
    }
    merges.add(one, other, both);
  }

  private static TokenizerDefect missing(byte[] token) {
    return new TokenizerDefect(
        "its merges have the token "
            + new String(token, StandardCharsets.UTF_8)
            + ", which its vocabulary lacks");
  }
}
