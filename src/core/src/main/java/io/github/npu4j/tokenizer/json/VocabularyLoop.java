package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.model.TokenTable;

/** Reads a vocabulary: the largest part of most files. */
final class VocabularyLoop {

  private VocabularyLoop() {}

  /**
   * Reads an object of tokens and their ids.
   *
   * <p>All in one loop, for that is what a new process runs fast soonest; what is out of the
   * ordinary it leaves to the reader.
   */
  static void read(JsonReader json, TokenTable.Builder tokens) {
    byte[] all = json.bytes();
    int limit = json.size() - 1; // what follows the last member is at least a bracket
    boolean first = true;
    json.beginObject();
    while (true) {
      int here = json.position();
      while (here < limit) {
        here = pastSpace(all, here, limit);
        if (!first) {
          if (all[here] != ',') {
            break;
          }
          here = pastSpace(all, here + 1, limit);
        }
        if (all[here] != '"') {
          break;
        }
        int start = ++here;
        int hash = TokenTable.emptyHash();
        int seen = 0;
        byte next = 0;
        while (here < limit
            && (next = all[here]) != '"'
            && next != '\\'
            && (next < 0 || next >= ' ')) {
          hash = TokenTable.hash(hash, next);
          seen |= next;
          here++;
        }
        int stop = here;
        if (next != '"' || seen < 0 && !json.isWellFormed(start, stop)) {
          break;
        }
        here = pastSpace(all, here + 1, limit);
        if (all[here] != ':') {
          break;
        }
        here = pastSpace(all, here + 1, limit);
        int digits = here;
        int id = 0;
        while (here < limit && all[here] >= '0' && all[here] <= '9' && here - digits < 9) {
          id = id * 10 + all[here++] - '0';
        }
        boolean plain = here > digits && (all[digits] != '0' || here == digits + 1);
        if (!plain || all[here] != ',' && all[here] > ' ' && all[here] != '}') {
          break;
        }
        tokens.add(hash, all, start, stop, id);
        first = false;
        json.moveTo(here);
      }
      if (!json.nextMember(first)) {
        return;
      }
      first = false;
      byte[] text = json.string();
      int start = json.stringStart();
      int stop = json.stringEnd();
      tokens.add(text, start, stop, json.readId());
    }
  }

  private static int pastSpace(byte[] all, int from, int limit) {
    int here = from;
    while (here < limit
        && (all[here] == ' ' || all[here] == '\n' || all[here] == '\r' || all[here] == '\t')) {
      here++;
    }
    return Math.min(here, limit);
  }
}
