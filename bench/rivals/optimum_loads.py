"""Shows that Hugging Face Optimum runs what npu4j exports, and says what PyTorch says.

    npu4j export CHECKPOINT OUT
    python -m venv venv && venv/bin/pip install torch optimum-onnx==0.1.0 onnxruntime
    venv/bin/python bench/rivals/optimum_loads.py CHECKPOINT OUT

Random ids of several lengths, alone and as a padded batch, are answered by greedy and by beam
search; the tokens have to be the same. Names, order and open dimensions of the three graphs are
held against an export by Optimum itself, if a third argument names the folder of one. Exit code 1
if anything differs.
"""

import pathlib
import sys

import onnx
import torch
from optimum.onnxruntime import ORTModelForSeq2SeqLM
from transformers import T5ForConditionalGeneration

GRAPHS = ("encoder_model", "decoder_model", "decoder_with_past_model")
LENGTHS = (1, 5, 16, 40)
NEW_TOKENS = 24


def signature(file):
    graph = onnx.load(file, load_external_data=False).graph

    def tensor(value):
        kind = value.type.tensor_type
        return (value.name, kind.elem_type, [d.dim_param or d.dim_value for d in kind.shape.dim])

    return [tensor(value) for value in graph.input], [tensor(value) for value in graph.output]


def generated(model, ids, mask, beams):
    with torch.no_grad():
        return model.generate(
            input_ids=ids,
            attention_mask=mask,
            do_sample=False,
            num_beams=beams,
            max_new_tokens=NEW_TOKENS,
        ).tolist()


def main(checkpoint, out, other=None):
    full = pathlib.Path(out) / "t5_nlu_full"
    theirs = T5ForConditionalGeneration.from_pretrained(checkpoint, dtype=torch.float32).eval()
    ours = ORTModelForSeq2SeqLM.from_pretrained(full, use_merged=False)
    torch.manual_seed(7)
    width = max(LENGTHS)
    batch = torch.full((len(LENGTHS), width), theirs.config.pad_token_id)
    mask = torch.zeros_like(batch)
    for row, length in enumerate(LENGTHS):
        batch[row, :length] = torch.randint(3, theirs.config.vocab_size, (length,))
        mask[row, :length] = 1
    wrong = 0
    for beams in (1, 4):
        for row, length in enumerate(LENGTHS):
            ids, ones = batch[row : row + 1, :length], mask[row : row + 1, :length]
            same = generated(theirs, ids, ones, beams) == generated(ours, ids, ones, beams)
            wrong += not same
            print(f"{length} tokens, {beams} beams: {'same' if same else 'DIFFERENT'}")
        same = generated(theirs, batch, mask, beams) == generated(ours, batch, mask, beams)
        wrong += not same
        print(f"batch of {len(LENGTHS)}, {beams} beams: {'same' if same else 'DIFFERENT'}")
    for graph in GRAPHS if other else ():
        same = signature(full / f"{graph}.onnx") == signature(
            pathlib.Path(other) / f"{graph}.onnx"
        )
        wrong += not same
        print(f"{graph}: inputs and outputs {'same' if same else 'DIFFERENT'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
