package io.github.npu4j.tokenizer;

import java.util.Random;

/** Texts that tokenizers have trouble with. */
final class HostileTexts {

  private static final String[] PARTS = {
    "the ",
    "Quick",
    " brown",
    "fox's",
    " don't",
    "WE'LL",
    "12345",
    "3.14",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\ufffd",
    "\0",
    "\u0001",
    "\u007f",
    "\u00ad",
    "caf\u00e9",
    "e\u0301",
    "\u0301\u0323",
    "\u1100\u1161\u11a8",
    "\uac01",
    "\u30ab\u3099",
    "\u65e5\u672c\u8a9e",
    "\u4e2d\u6587",
    "\ud55c\uad6d",
    "\u0939\u093f\u0928\u094d\u0926\u0940",
    "\u0e44\u0e17\u0e22",
    "\u0627\u0644\u0639\u0631",
    "\u05e2\u05d1\u05e8",
    "\u0420\u0443\u0441",
    "\u03a3\u03b1\u03c2",
    "\u0130\u0131",
    "\u00df\ufb01\u2460\u00bd\u00b2",
    "\u01c5",
    "\u2581",
    "\u2581a",
    "\u0120",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    " [MASK] ",
    "<s>",
    "</s>",
    "<unk>",
    "<0x41>",
    "##a",
    "ab",
    "abc",
    "ba",
    "AB",
    "a",
    "b",
    "c",
    "aaaa",
    "bbb",
    "cab",
    "!",
    "?!",
    "...",
    "-",
    "_",
    "x_y",
    "\u2026",
    "\u3001",
    "\u20ac",
    "+=",
    "\ud83d\ude00",
    "\ud83d\udc68\u200d\ud83d\udc69",
    "\ud83c\udde9\ud83c\uddea",
    "\ud83d\udc4d\ud83c\udffd",
    "\ud835\udd38",
    "\ud800\udf48",
    "day",
    "Day",
    " DAY ",
    "mon-day"
  };

  private final Random random;

  HostileTexts(long seed) {
    random = new Random(seed);
  }

  String next() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(18); i > 0; i--) {
      if (random.nextInt(12) == 0) {
        int c = random.nextInt(random.nextBoolean() ? 0x3000 : 0x20000);
        text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? '?' : old(c));
      } else {
        text.append(PARTS[random.nextInt(PARTS.length)]);
      }
    }
    return text.toString();
  }

  /** Characters that the newest Unicode has brought are another thing to each of the two. */
  private static int old(int c) {
    return Character.getType(c) == Character.UNASSIGNED ? 'u' : c;
  }
}
