"""Writes the tables of Unicode data that Hugging Face's tokenizers library works with.

    pip install tokenizers==0.22.2
    python unicode.py FOLDER

The library mixes several versions of Unicode: its normalization forms are Unicode 9's, its
punctuation, its nonspacing marks and its control characters are older still, and its scripts are
those of SentencePiece. What a character is there, is asked of the library itself, one character
after the other; what stays the same in every version (combining classes, the two parts that a
character is composed of) is Python's own data. Numbers are LEB128, positions are differences.
"""

import sys
import unicodedata
from pathlib import Path

from tokenizers.normalizers import NFC, NFD, NFKD, BertNormalizer, StripAccents
from tokenizers.pre_tokenizers import Punctuation, UnicodeScripts

ALL = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
HANGUL = range(0xAC00, 0xD7A4)


def number(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def ranges(codes):
    found = []
    for code in sorted(codes):
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


def sets():
    plain = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    clean = BertNormalizer(**{**plain, "clean_text": True})
    accents = BertNormalizer(**{**plain, "strip_accents": True})
    punctuation = Punctuation("removed")
    kept = set()
    for text, _ in punctuation.pre_tokenize_str("".join(map(chr, ALL))):
        kept.update(map(ord, text))
    marks = StripAccents()
    yield {c for c in ALL if c not in kept}
    yield {c for c in ALL if accents.normalize_str(chr(c)) == ""}
    yield {c for c in ALL if marks.normalize_str(chr(c)) == ""}
    yield {c for c in ALL if clean.normalize_str(chr(c)) == ""}


def classes():
    """The sets of characters: punctuation, nonspacing marks, marks, control characters."""
    out = bytearray()
    for codes in sets():
        found = ranges(codes)
        out += number(len(found))
        last = 0
        for low, high in found:
            out += number(low - last) + number(high - low)
            last = high
    return bytes(out)


def decompositions(maps):
    out = bytearray(number(len(maps)))
    last = 0
    for code, text in sorted(maps.items()):
        out += number(code - last) + number(len(text))
        for char in text:
            out += number(ord(char))
        last = code
    return bytes(out)


def normalization():
    """Combining classes, canonical and compatible decompositions, pairs to compose."""
    marks = StripAccents()
    combining = [
        (c, unicodedata.combining(chr(c)))
        for c in ALL
        if unicodedata.combining(chr(c)) and marks.normalize_str(chr(c)) == ""
    ]
    out = bytearray(number(len(combining)))
    last = 0
    for code, value in combining:
        out += number(code - last) + number(value)
        last = code
    nfd, nfkd, nfc = NFD(), NFKD(), NFC()
    canonical, compatible, pairs = {}, {}, []
    for code in ALL:
        if code in HANGUL:
            continue
        char = chr(code)
        full, wide = nfd.normalize_str(char), nfkd.normalize_str(char)
        if full != char:
            canonical[code] = full
            if nfc.normalize_str(char) == char:
                first, second = unicodedata.decomposition(char).split()
                pairs.append((int(first, 16), int(second, 16), code))
        if wide != full:
            compatible[code] = wide
    out += decompositions(canonical) + decompositions(compatible) + number(len(pairs))
    for pair in sorted(pairs):
        for code in pair:
            out += number(code)
    return bytes(out)


def scripts():
    """Runs of characters of one script: how many, and its number; 0 goes with any other."""
    split = UnicodeScripts()

    def together(one, other):
        return len(split.pre_tokenize_str(one + other)) == 1

    def of(char):
        if all(together(letter, char) for letter in "a\u03b1\u0430"):
            return 0
        for index, known in enumerate(known_scripts):
            if together(known, char):
                return index + 1
        known_scripts.append(char)
        return len(known_scripts)

    known_scripts, runs = [], []
    for code in range(0x110000):
        script = 0 if 0xD800 <= code < 0xE000 else of(chr(code))
        if runs and runs[-1][1] == script:
            runs[-1][0] += 1
        else:
            runs.append([1, script])
    return b"".join(number(count) + number(script) for count, script in runs)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "classes.bin").write_bytes(classes())
    (folder / "normalization.bin").write_bytes(normalization())
    (folder / "scripts.bin").write_bytes(scripts())
