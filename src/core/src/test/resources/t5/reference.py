"""Writes what T5Fixture reads: small T5 models of many shapes, as PyTorch computes them.

Independent of npu4j: HuggingFace's transformers. No weight is stored: each is made of its tensor's
name and its place in the tensor by a formula of integers, here and in RandomT5.java. What is stored
is the shape of the model and what PyTorch makes of a few inputs: the encoder's output, the logits
of given decoder inputs, and the tokens of greedy search and of beam search.

    python -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python reference.py

The seed of a shape is the first with which the best two logits of each greedy step are more than
1e-3 apart and the answers are no mere repetition, so that an engine that rounds differently has to
say the same.
"""

import json
import math
import pathlib
import tempfile

import numpy
import safetensors.torch
import torch
import transformers

GREEDY_TOKENS = 64
BEAMS = 4
BEAM_TOKENS = 16
LEAST_GAP = 1e-3
LEAST_DISTINCT = 6

# Lengths of the inputs: one token; a few; beyond the first logarithmic bucket of distances.
INPUTS = (1, 9, 37)
FORCED_TOKENS = 6

MASK = (1 << 64) - 1


def shape(d_model, d_kv, heads, d_ff, encoder, decoder, vocabulary, projection, tied, dtype, **more):
    return {
        "config": {
            "d_model": d_model,
            "d_kv": d_kv,
            "num_heads": heads,
            "d_ff": d_ff,
            "num_layers": encoder,
            "num_decoder_layers": decoder,
            "vocab_size": vocabulary,
            "feed_forward_proj": projection,
            "tie_word_embeddings": tied,
            **{k: v for k, v in more.items() if k != "files"},
        },
        "dtype": dtype,
        "files": more.get("files", "safetensors"),
    }


SHAPES = {
    "relu-tied": shape(32, 8, 4, 64, 2, 2, 128, "relu", True, "float32"),
    "relu-untied": shape(32, 8, 4, 64, 2, 2, 128, "relu", False, "float32"),
    "gated-tied": shape(48, 12, 4, 96, 2, 2, 160, "gated-gelu", True, "bfloat16"),
    "gated-untied": shape(48, 16, 4, 80, 2, 2, 160, "gated-gelu", False, "float16"),
    "deep-encoder": shape(32, 16, 2, 64, 4, 1, 120, "gated-gelu", False, "float32"),
    "deep-decoder": shape(32, 16, 2, 64, 1, 4, 120, "relu", True, "float32"),
    "three-heads": shape(32, 12, 3, 48, 2, 2, 100, "relu", True, "float32"),
    "five-heads": shape(48, 16, 5, 64, 1, 2, 144, "gated-gelu", False, "bfloat16"),
    "one-head": shape(
        40, 24, 1, 72, 2, 1, 111, "gated-gelu", True, "float32", layer_norm_epsilon=1e-5
    ),
    "near-buckets": shape(
        64, 8, 8, 96, 2, 2, 150, "relu", True, "float32",
        relative_attention_num_buckets=8, relative_attention_max_distance=20, files="sharded",
    ),
    "wide": shape(64, 32, 6, 128, 3, 2, 300, "gated-gelu", False, "float16", files="sharded"),
    "gelu": shape(32, 8, 4, 64, 1, 2, 110, "gelu", True, "float32"),
    "silu": shape(32, 16, 2, 48, 2, 1, 110, "gated-silu", True, "bfloat16"),
    "pickled": shape(32, 8, 3, 40, 1, 1, 104, "relu", True, "float16", files="pickle"),
    "pickled-untied": shape(32, 8, 2, 40, 1, 2, 104, "gated-gelu", False, "bfloat16", files="pickle"),
}  # fmt: skip


def mix(x):
    """The finalizer of SplitMix64, on an array of unsigned 64-bit integers."""
    x = (x ^ (x >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return x ^ (x >> numpy.uint64(31))


def hashed(name, seed):
    """FNV-1a, begun with the seed."""
    value = (0xCBF29CE484222325 ^ seed) & MASK
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def uniform(name, seed, count):
    """Floats from -1 (inclusive) to 1 (exclusive), multiples of 2^-23."""
    with numpy.errstate(over="ignore"):
        index = numpy.arange(1, count + 1, dtype=numpy.uint64)
        state = numpy.uint64(hashed(name, seed)) + index * numpy.uint64(0x9E3779B97F4A7C15)
        bits = mix(state) >> numpy.uint64(40)
    return (bits.astype(numpy.int64) - (1 << 23)).astype(numpy.float32) / numpy.float32(1 << 23)


def weight(name, dimensions, d_kv, seed):
    u = uniform(name, seed, math.prod(dimensions)).reshape(dimensions)
    if name.endswith("layer_norm.weight"):
        return numpy.float32(1) + numpy.float32(0.25) * u
    if name == "shared.weight":
        gain = 1.0
    elif name == "lm_head.weight":
        gain = 0.2  # larger logits are beyond what float32 says to 1e-4
    elif name.endswith("relative_attention_bias.weight"):
        gain = 2.0
    elif name.endswith(".q.weight"):
        gain = 4.0 / math.sqrt(float(dimensions[1] * d_kv))
    else:
        gain = 4.0 / math.sqrt(float(dimensions[1]))
    return numpy.float32(gain) * u


def model_of(description, seed):
    """The model by way of files, so that PyTorch meets what npu4j will."""
    config = transformers.T5Config(
        **description["config"], decoder_start_token_id=0, dropout_rate=0.0
    )
    empty = transformers.T5ForConditionalGeneration(config)
    dtype = getattr(torch, description["dtype"])
    tensors = {
        name: torch.from_numpy(
            weight(name, tuple(parameter.shape), config.d_kv, seed)
        ).to(dtype)
        for name, parameter in empty.state_dict().items()
        if not name.endswith("embed_tokens.weight")
        and (name != "lm_head.weight" or not description["config"]["tie_word_embeddings"])
    }
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        config.save_pretrained(path)
        written = json.loads((path / "config.json").read_text())
        written["tie_word_embeddings"] = description["config"]["tie_word_embeddings"]
        (path / "config.json").write_text(json.dumps(written))
        safetensors.torch.save_file(tensors, path / "model.safetensors", {"format": "pt"})
        model = transformers.T5ForConditionalGeneration.from_pretrained(path, dtype=torch.float32)
    for name, tensor in tensors.items():
        got = model.state_dict()[name]
        assert torch.equal(got, tensor.float()), f"{name} was not taken as it is"
    if description["config"]["tie_word_embeddings"]:
        assert torch.equal(model.lm_head.weight, model.shared.weight)
    return model.eval(), tensors, written


def tokens(name, seed, count, vocabulary):
    """Token ids from 3 up, the last one the end."""
    u = uniform(name, seed, count)
    ids = [3 + int((float(x) + 1) / 2 * (vocabulary - 3)) for x in u]
    return ids[:-1] + [1] if count > 1 else ids


def greedy(model, encoded):
    """Greedy search with no cache at all: the decoder runs over all tokens again at each step."""
    ids, gap = [0], math.inf
    while len(ids) <= GREEDY_TOKENS and (len(ids) == 1 or ids[-1] != 1):
        out = model(encoder_outputs=encoded, decoder_input_ids=torch.tensor([ids]), use_cache=False)
        best = out.logits[0, -1].topk(2)
        gap = min(gap, float(best.values[0] - best.values[1]))
        ids.append(int(best.indices[0]))
    return ids[1:], gap


def numbers(tensor):
    return [[float(f"{x:.8g}") for x in row] for row in tensor.tolist()]


def case_of(model, description, seed, length):
    vocabulary = description["config"]["vocab_size"]
    ids = tokens(f"input {length}", seed, length, vocabulary)
    forced = [0] + tokens(f"forced {length}", seed, FORCED_TOKENS, vocabulary)[:-1]
    with torch.no_grad():
        encoded = model.encoder(input_ids=torch.tensor([ids]))
        logits = model(encoder_outputs=encoded, decoder_input_ids=torch.tensor([forced])).logits[0]
        answer, gap = greedy(model, encoded)
        if gap <= LEAST_GAP or len(set(answer)) < LEAST_DISTINCT:
            return None
        deeper = model.config.num_decoder_layers > model.config.num_layers
        generated = lambda **more: model.generate(  # noqa: E731
            input_ids=torch.tensor([ids]), do_sample=False, use_cache=not deeper, **more
        )[0].tolist()
        assert generated(num_beams=1, max_new_tokens=GREEDY_TOKENS) == [0] + answer
        beams = generated(num_beams=BEAMS, max_new_tokens=BEAM_TOKENS)
    return {
        "ids": ids,
        "encoder": numbers(encoded.last_hidden_state[0]),
        "forced": forced,
        "logits": numbers(logits),
        "greedy": answer,
        "gap": round(gap, 5),
        "beams": beams[1:],
    }


def main():
    here = pathlib.Path(__file__).parent
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    for name, description in SHAPES.items():
        for seed in range(1, 1000):
            model, tensors, config = model_of(description, seed)
            cases = []
            for length in INPUTS:
                case = case_of(model, description, seed, length)
                if case is None:
                    break
                cases.append(case)
            if len(cases) == len(INPUTS):
                break
        else:
            raise SystemExit(f"no seed for {name}")
        document = {
            "name": name,
            "seed": seed,
            "dtype": description["dtype"],
            "files": description["files"],
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
            "config": config,
            "beams": BEAMS,
            "tensors": {key: list(tensor.shape) for key, tensor in tensors.items()},
            "cases": cases,
        }
        (here / f"{name}.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
        if description["files"] == "pickle":
            # As T5's own checkpoints of that time have it: each name of a tied tensor is there.
            state = dict(tensors)
            state["encoder.embed_tokens.weight"] = tensors["shared.weight"]
            state["decoder.embed_tokens.weight"] = tensors["shared.weight"]
            state.setdefault("lm_head.weight", tensors["shared.weight"])
            torch.save(state, here / f"{name}.bin")
        gaps = [case["gap"] for case in cases]
        lengths = [len(case["greedy"]) for case in cases]
        distinct = [len(set(case["greedy"])) for case in cases]
        print(f"{name}: seed {seed}, gaps {gaps}, tokens {lengths}, distinct {distinct}", flush=True)


if __name__ == "__main__":
    main()
