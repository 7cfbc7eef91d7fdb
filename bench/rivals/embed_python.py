"""Times Python's ways of embedding texts on the CPU, with two threads.

    embed_python.py onnxruntime           CORPUS FOLDER SECONDS CASE...
    embed_python.py fastembed             CORPUS FOLDER SECONDS CASE...
    embed_python.py sentence-transformers CORPUS FOLDER SECONDS CASE...

CORPUS is what the benchmark's EmbedCorpus wrote. Every rival runs the weights of the catalog's
model.onnx: fastembed the file itself, sentence-transformers a checkpoint that is made of it in
FOLDER. A CASE is 5x1, one text of 5 tokens at a time, or mixed. Vectors are compared with the
corpus' before they are timed. Prints series as JSON lines for the report. If a package is missing
it says so, prints nothing and exits 0. Packages as measured: rivals/requirements.txt.
"""

import json
import os
import pathlib
import sys
import time

THREADS = 2
BATCH = 32
LEAST_COSINE = 0.999
WARM_UP = 0.5
FEWEST_SAMPLES = 3
LONGEST = 256
os.environ["OMP_NUM_THREADS"] = str(THREADS)
os.environ["TOKENIZERS_PARALLELISM"] = "true"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# What a checkpoint says and an ONNX file doesn't: MiniLM-L6's shape, and how BERT was made.
BERT = {
    "num_attention_heads": 12,
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-12,
    "pad_token_id": 0,
}
SPECIAL = {"unk": "[UNK]", "sep": "[SEP]", "pad": "[PAD]", "cls": "[CLS]", "mask": "[MASK]"}


class OnnxRuntime:
    """onnxruntime and tokenizers by hand: texts of like length together, mean pooling."""

    def __init__(self, model, folder):
        import onnxruntime
        import tokenizers

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        self.session = onnxruntime.InferenceSession(
            str(model / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.tokenizer = tokenizers.Tokenizer.from_file(str(model / "tokenizer.json"))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.enable_padding()

    def embed(self, texts):
        import numpy

        vectors = [None] * len(texts)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            encodings = self.tokenizer.encode_batch([texts[i] for i in places])
            mask = numpy.array([e.attention_mask for e in encodings], numpy.int64)
            hidden = self.session.run(
                None,
                {
                    "input_ids": numpy.array([e.ids for e in encodings], numpy.int64),
                    "attention_mask": mask,
                    "token_type_ids": numpy.zeros_like(mask),
                },
            )[0]
            weights = mask[:, :, None].astype(numpy.float32)
            means = (hidden * weights).sum(1) / weights.sum(1)
            means /= numpy.linalg.norm(means, axis=1, keepdims=True)
            for place, vector in zip(places, means):
                vectors[place] = vector
        return vectors


class FastEmbed:
    """fastembed with the model as a local one."""

    def __init__(self, model, folder):
        import fastembed
        from fastembed.common.model_description import ModelSource, PoolingType

        folder.mkdir(parents=True, exist_ok=True)
        for name in ("model.onnx", "tokenizer.json"):
            link = folder / name
            if not link.exists():
                link.symlink_to(model / name)
        special = {f"{kind}_token": text for kind, text in SPECIAL.items()}
        write(folder / "config.json", BERT)
        write(folder / "special_tokens_map.json", special)
        write(folder / "tokenizer_config.json", {**special, "model_max_length": LONGEST})
        fastembed.TextEmbedding.add_custom_model(
            model="local/minilm",
            pooling=PoolingType.MEAN,
            normalization=True,
            sources=ModelSource(hf="local/minilm"),
            dim=384,
            model_file="model.onnx",
        )
        self.model = fastembed.TextEmbedding(
            "local/minilm", specific_model_path=str(folder), threads=THREADS
        )

    def embed(self, texts):
        return list(self.model.embed(texts, batch_size=BATCH))


class SentenceTransformers:
    """sentence-transformers on PyTorch."""

    def __init__(self, model, folder):
        import sentence_transformers
        import torch
        from sentence_transformers import models

        torch.set_num_threads(THREADS)
        if not (folder / "model.safetensors").exists():
            checkpoint(model, folder)
        transformer = models.Transformer(
            str(folder), max_seq_length=LONGEST, model_args={"add_pooling_layer": False}
        )
        self.model = sentence_transformers.SentenceTransformer(
            modules=[
                transformer,
                models.Pooling(transformer.get_word_embedding_dimension(), "mean"),
                models.Normalize(),
            ],
            device="cpu",
        )

    def embed(self, texts):
        return list(self.model.encode(texts, batch_size=BATCH))


RIVALS = {
    "onnxruntime": OnnxRuntime,
    "fastembed": FastEmbed,
    "sentence-transformers": SentenceTransformers,
}


def checkpoint(model, folder):
    """Writes PyTorch's checkpoint from the weights of an ONNX file, which keeps their names."""
    import onnx
    import onnx.numpy_helper
    import torch
    import transformers

    graph = onnx.load(model / "model.onnx").graph
    values = {i.name: onnx.numpy_helper.to_array(i) for i in graph.initializer}
    state = {name: torch.tensor(v) for name, v in values.items() if "::" not in name}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in values:
            name = node.name.strip("/").removesuffix("/MatMul").replace("/", ".") + ".weight"
            state[name] = torch.tensor(values[node.input[1]].T.copy())
    words, width = state["embeddings.word_embeddings.weight"].shape
    layers = {name.split(".")[2] for name in state if name.startswith("encoder.layer.")}
    config = transformers.BertConfig(
        vocab_size=words,
        hidden_size=width,
        num_hidden_layers=len(layers),
        intermediate_size=len(state["encoder.layer.0.intermediate.dense.bias"]),
        max_position_embeddings=len(state["embeddings.position_embeddings.weight"]),
        **BERT,
    )
    bert = transformers.BertModel(config, add_pooling_layer=False)
    state.pop("embeddings.position_ids", None)
    bert.load_state_dict(state)
    bert.save_pretrained(folder)
    transformers.BertTokenizerFast(
        tokenizer_file=str(model / "tokenizer.json"),
        model_max_length=LONGEST,
        **{f"{kind}_token": text for kind, text in SPECIAL.items()},
    ).save_pretrained(folder)


def write(file, values):
    file.write_text(json.dumps(values), encoding="utf-8")


def check(rival, case, vectors):
    import numpy

    for expected in case["checked"]:
        if expected["text"] < len(vectors):
            a = numpy.asarray(expected["vector"], numpy.float64)
            b = numpy.asarray(vectors[expected["text"]], numpy.float64)
            cosine = a @ b / numpy.sqrt((a @ a) * (b @ b))
            if not cosine >= LEAST_COSINE:
                raise SystemExit(f"{rival}: cosine {cosine} of {case['case']}; nothing is timed")


def short(rival, embedder, case, seconds):
    """Returns the milliseconds of single calls."""
    texts = case["texts"]
    check(rival, case, [embedder.embed([text])[0] for text in texts])
    millis = []
    begin = time.perf_counter() + seconds * WARM_UP
    turn = 0
    while (now := time.perf_counter()) < begin + seconds or len(millis) < FEWEST_SAMPLES:
        embedder.embed([texts[turn % len(texts)]])
        turn += 1
        if now > begin:
            millis.append(round((time.perf_counter() - now) * 1e3, 4))
    return millis


def mixed(rival, embedder, case):
    """Returns texts a second."""
    texts = case["texts"]
    embedder.embed(texts[: len(texts) // 10])
    begin = time.perf_counter()
    vectors = embedder.embed(texts)
    seconds = time.perf_counter() - begin
    check(rival, case, vectors)
    return len(texts) / seconds


def series(benchmark, case, rival, unit, samples):
    line = {"benchmark": benchmark, "case": case, "rival": rival, "unit": unit}
    print(json.dumps({**line, "samples": samples}), flush=True)


def main(rival, corpus_file, folder, seconds, *names):
    corpus = json.loads(pathlib.Path(corpus_file).read_text(encoding="utf-8"))
    cases = {case["case"]: case for case in corpus["cases"]}
    model = corpus["model"]
    try:
        embedder = RIVALS[rival](pathlib.Path(corpus["folder"]), pathlib.Path(folder))
    except ImportError as missing:
        print(f"bench: {rival} is left out: {missing}", file=sys.stderr)
        return
    for name in names:
        if name == "mixed":
            case = cases[name]
            subject = f"{model}, {len(case['texts'])} mixed texts"
            series(
                "EmbedThroughput", subject, rival, "texts/s", [mixed(rival, embedder, case)]
            )
        else:
            tokens, batch = name.split("x")
            if batch != "1":
                raise SystemExit(f"{name}: one text at a time is what is measured here")
            millis = short(rival, embedder, cases[f"{tokens} tokens"], float(seconds))
            subject = f"{model}, {tokens:>3} tokens,  1 at once"
            series("EmbedLatency", subject, rival, "ms", millis)


if __name__ == "__main__":
    if len(sys.argv) < 6 or sys.argv[1] not in RIVALS:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
