"""Writes the reference values that TokenizerIT and EmbedderIT compare with.

Independent of npu4j: HuggingFace's tokenizers, ONNX Runtime's Python package and NumPy, on the same
model files. Pooling, prefixes and lengths are those of the models' cards.

    python -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python reference.py MODELS

MODELS holds a folder for each model below with model.onnx and tokenizer.json, as
`npu4j models pull` leaves it in the cache.
"""

import json
import pathlib
import sys

import numpy
import onnxruntime
import tokenizers

TEXTS = [
    "How do I reset my password?",
    "",
    " ",
    "a",
    "The quick brown fox jumps over the lazy dog.",
    "Déjà vu: naïve café, Straße, ΑΒΓ, Привет",
    "東京は日本の首都です。 머신 러닝",
    "emoji \U0001f600 and \u200b zero width, tab\tnewline\n end",
    "unaffable electroencephalographically [SEP] [CLS] [MASK]",
    "x" * 300,
    "The meeting moved to Thursday at ten, in the small room beside the kitchen. " * 3,
    "A model runs on the neural processor of a laptop and answers within a millisecond. " * 40,
]

# name: (pooling, maximum length, prefix of a query, prefix of a passage)
MODELS = {
    "minilm": ("mean", 256, "", ""),
    "bge-small": ("cls", 512, "Represent this sentence for searching relevant passages: ", ""),
    "e5-small": ("mean", 512, "query: ", "passage: "),
}


def embed(session, tokenizer, text, pooling):
    encoding = tokenizer.encode(text)
    feeds = {
        "input_ids": numpy.array([encoding.ids], numpy.int64),
        "attention_mask": numpy.array([encoding.attention_mask], numpy.int64),
        "token_type_ids": numpy.array([encoding.type_ids], numpy.int64),
    }
    wanted = {i.name for i in session.get_inputs()}
    hidden = session.run(None, {k: v for k, v in feeds.items() if k in wanted})[0][0]
    pooled = hidden[0] if pooling == "cls" else hidden.astype(numpy.float64).mean(axis=0)
    return pooled / numpy.linalg.norm(pooled), encoding


def main(models):
    here = pathlib.Path(__file__).parent
    for name, (pooling, maximum, query, passage) in MODELS.items():
        folder = pathlib.Path(models) / name
        tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(maximum)
        session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), providers=["CPUExecutionProvider"]
        )
        cases = []
        for text in TEXTS:
            case = {"text": text}
            for kind, prefix in (("query", query), ("passage", passage)):
                vector, encoding = embed(session, tokenizer, prefix + text, pooling)
                case[kind] = {
                    "ids": encoding.ids,
                    "truncated": bool(encoding.overflowing),
                    "embedding": [round(float(x), 8) for x in vector],
                }
            cases.append(case)
        document = {
            "model": name,
            "maximum": maximum,
            "versions": {
                "onnxruntime": onnxruntime.__version__,
                "tokenizers": tokenizers.__version__,
                "numpy": numpy.__version__,
            },
            "cases": cases,
        }
        (here / f"{name}.json").write_text(
            json.dumps(document, ensure_ascii=True, separators=(",", ":")) + "\n"
        )


if __name__ == "__main__":
    main(sys.argv[1])
