"""Records what SentencePiece and Transformers make of odd texts, for SentencePieceCodecTest and ByteCodecTest.

    pip install -r requirements.txt
    python reference.py [SPIECE_MODEL HELDOUT_TSV]

Writes unigram.json and bytes.json beside itself; or, of t5-nlu's own model and every tenth pair it
was not trained on, t5-nlu.json. The models are made here, of pieces of our own text
with invented scores; their character map is compiled by SentencePiece from the rules below.
"""

import base64
import hashlib
import io
import json
import pathlib
import random
import sys
import zlib

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from transformers import ByT5Tokenizer

HERE = pathlib.Path(__file__).parent
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE = 1, 2, 3, 4, 6
SPACE = "\u2581"

OWN_TEXT = """
wake me at seven tomorrow and play some jazz in the kitchen
bitte weck mich morgen um sieben und spiel etwas Musik
réveille-moi à sept heures et mets un peu de café
будильник на семь утра и музыка на кухне
明日の朝七時に起こして 音楽をかけて
aaaaaa hahaha 1234567890 {"intent":"alarm_set","slots":{"time":"7:30"}}
"""

# from, to: letters with marks composed, wide forms, ligatures, several kinds of space, things removed
RULES = [
    ("e\u0301", "é"), ("a\u0300", "à"), ("a\u0323\u0302", "ậ"), ("\u1100\u1161\u11a8", "각"),
    ("\u1100\u1161", "가"), ("ﬁ", "fi"), ("Ａ", "A"), ("ａ", "a"), ("①", "1"), ("½", "1⁄2"),
    ("\t", " "), ("\n", " "), ("\r", " "), ("\u00a0", " "), ("\u3000", " "), ("\u2003", " "),
    ("\u200b", " "), ("\u0001", ""), ("\u00ad", ""), ("\ufeff", ""), ("¨", " \u0308"), ("…", "..."),
    ("ﷺ", "صلى الله عليه وسلم"), ("㍿", "株式会社"), ("  x", "y "),
]


def charsmap():
    rules = HERE / "rules.tmp"
    rules.write_text(
        "".join(
            " ".join(f"{ord(c):X}" for c in source) + "\t" + " ".join(f"{ord(c):X}" for c in target) + "\n"
            for source, target in RULES
        )
    )
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(OWN_TEXT.split("\n") * 20), model_writer=model, vocab_size=120,
        hard_vocab_limit=False, normalization_rule_tsv=str(rules), num_threads=1, minloglevel=2,
    )
    rules.unlink()
    return sentencepiece_model_pb2.ModelProto.FromString(model.getvalue()).normalizer_spec.precompiled_charsmap


def pieces(rng):
    """Substrings of our text, a score each; the letters are worse than what is longer."""
    text = SPACE + SPACE.join(OWN_TEXT.split())
    found = {c: -8 - 4 * rng.random() for c in sorted(set(text)) if c not in "zqÄ"}
    for _ in range(120):
        start, length = rng.randrange(len(text)), rng.randrange(2, 7)
        found.setdefault(text[start : start + length], -5 - 6 * rng.random())
    found.update({"aa": -9.1, "aaa": -12.3, "ha": -7.7, "haha": -15.4, "é": -9.5, "fi": -9.9, "q u": -3.0})
    return found


def model(charsmap_, rng, byte_fallback=False, dummy=True, remove=True, escape=True, user_defined=()):
    proto = sentencepiece_model_pb2.ModelProto()

    def add(text, score, kind):
        proto.pieces.add(piece=text, score=score, type=kind)

    add("<pad>", 0, CONTROL)
    add("</s>", 0, CONTROL)
    add("<unk>", 0, UNKNOWN)
    if byte_fallback:
        for value in range(256):
            add(f"<0x{value:02X}>", 0, BYTE)
    for text in user_defined:
        add(text, 0, USER_DEFINED)
    for text, score in pieces(rng).items():
        add(text if escape else text.replace(SPACE, " "), score, NORMAL)
    proto.trainer_spec.model_type = 1
    proto.trainer_spec.byte_fallback = byte_fallback
    proto.trainer_spec.pad_id, proto.trainer_spec.eos_id = 0, 1
    proto.trainer_spec.unk_id, proto.trainer_spec.bos_id = 2, -1
    proto.normalizer_spec.name = "own"
    proto.normalizer_spec.precompiled_charsmap = charsmap_
    proto.normalizer_spec.add_dummy_prefix = dummy
    proto.normalizer_spec.remove_extra_whitespaces = remove
    proto.normalizer_spec.escape_whitespaces = escape
    return proto.SerializeToString()


ODD = [
    "", " ", "   ", "a", " a  b ", "\ta\nb\r\n", "▁", "▁a▁", "a▁", "  x", "a  x", "\x00", "a\x00b", "\x01", " \x01 ",
    "<0x41>", "<0x4", "</s> a", "<unk>", "<extra_id_0>", "🙂", "👩‍👩‍👧 🇩🇪", "zzz", "azzza", "z z",
    "e\u0301 a\u0300", "a\u0323\u0302", "\u1100\u1161\u11a8", "\u1100\u1161", "\u1100", "ﬁ", "Ａａ①½…", "\u3000a\u3000",
    "¨", "a¨", "¨ a", "ﷺ", "㍿", "\ufeffa\ufeff", "soft\u00adhyphen", "\ufffd", "\U0010ffff", "réveille-moi à sept",
    "будильник на семь утра", "明日の朝七時に", "한국어", "नमस्ते", "wake me at seven tomorrow",
    '{"intent":"alarm_set","slots":{"time":"7:30"}}', "a" * 37, "ha" * 41, "aaa " * 9, "q u", "aq ub", "<sep>",
    "a<sep>b", "a <sep> b", "<sep><sep>", "<se", "[x  y]", "a[x  y]b", "a" * 500,
]


def texts(rng):
    alphabet = "aehkmstu 17\"{}:▁zé" + "\u0300\u0301\u0302\u0323\u1100\u1161\u11a8 ﬁＡ\t\u3000¨🙂明будил"
    return ODD + ["".join(rng.choice(alphabet) for _ in range(rng.randrange(1, 40))) for _ in range(25)]


def unigram():
    rng = random.Random(3)
    rules = charsmap()
    made = {
        "as T5": model(rules, rng),
        "with bytes": model(rules, rng, byte_fallback=True),
        "whitespace as it is": model(rules, rng, byte_fallback=True, dummy=False, remove=False),
        "prefix only": model(rules, rng, remove=False),
        "no prefix": model(rules, rng, dummy=False),
        "unescaped": model(rules, rng, escape=False),
        "no rules": model(b"", rng, byte_fallback=True),
        "user-defined": model(rules, rng, byte_fallback=True, user_defined=["<sep>", "[x  y]", "▁▁"]),
    }
    recorded = []
    for name, content in made.items():
        spm = sentencepiece.SentencePieceProcessor(model_proto=content)
        known = [i for i in range(spm.get_piece_size()) if not spm.is_unknown(i)]
        ids = [[rng.choice(known) for _ in range(rng.randrange(12))] for _ in range(25)]
        recorded.append({
            "name": name,
            "model": base64.b64encode(zlib.compress(content, 9)).decode(),
            "texts": [[text, spm.encode(text)] for text in texts(rng)],
            "ids": [[one, spm.decode(one)] for one in ids],
        })
    return recorded


def byte_level():
    tokenizer = ByT5Tokenizer()
    rng = random.Random(5)
    special = ["</s>", "<pad>", "<unk>", "<extra_id_0>", "<extra_id_124>", "<extra_id_125>", "<extra_id_07>", " ", "\u00a0", "a"]
    mixed = ["".join(rng.choice(special) for _ in range(rng.randrange(1, 9))) for _ in range(25)]
    ids = [[rng.choice([0, 1, 2, 64, 100, 198, 172, 229, 131, 258, 259, 383]) for _ in range(rng.randrange(12))] for _ in range(25)]
    return {
        "texts": [[text, tokenizer(text).input_ids] for text in ODD + mixed],
        "ids": [[one, tokenizer.decode(one, skip_special_tokens=True)] for one in ids],
    }


def write(name, content):
    (HERE / name).write_text(json.dumps(content, ensure_ascii=True, separators=(",", ":")) + "\n")


def own(spiece, heldout):
    content = pathlib.Path(spiece).read_bytes()
    spm = sentencepiece.SentencePieceProcessor(model_proto=content)
    rows = pathlib.Path(heldout).read_text(encoding="utf-8").splitlines()[::10]
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "texts": [[text, spm.encode(text)] for row in rows for text in row.split("\t")],
    }


if len(sys.argv) == 3:
    write("t5-nlu.json", own(*sys.argv[1:]))
else:
    write("unigram.json", unigram())
    write("bytes.json", byte_level())
