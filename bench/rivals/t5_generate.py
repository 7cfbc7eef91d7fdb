"""Times whole greedy answers of a T5 on the CPU: 32 tokens in, 32 out, two threads.

    t5_generate.py pytorch CHECKPOINT SAMPLES
    t5_generate.py optimum-merged ONNX SAMPLES
    t5_generate.py optimum-split ONNX SAMPLES
    t5_generate.py export CHECKPOINT ONNX        what the two need: Optimum's own export

Prints one series as a JSON line for the report, and the tokens on standard error. If a package is
missing it says so, prints nothing and exits 0. Packages as measured: rivals/requirements.txt.
"""

import json
import os
import sys
import time

THREADS = 2
TOKENS = 32
WARM_UP = 3
os.environ["OMP_NUM_THREADS"] = str(THREADS)


def model_of(rival, folder):
    if rival == "pytorch":
        import torch
        import transformers

        torch.set_num_threads(THREADS)
        return transformers.T5ForConditionalGeneration.from_pretrained(folder).eval()
    import onnxruntime
    import optimum.onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    return optimum.onnxruntime.ORTModelForSeq2SeqLM.from_pretrained(
        folder, session_options=options, use_merged=rival == "optimum-merged", use_io_binding=True
    )


def export(checkpoint, folder):
    import optimum.exporters.onnx

    optimum.exporters.onnx.main_export(
        checkpoint, folder, task="text2text-generation-with-past", opset=17, do_validation=False
    )


def measure(rival, folder, samples):
    import torch

    model = model_of(rival, folder)
    ids = torch.tensor([[*range(100, 99 + TOKENS), 1]])

    def answer():
        with torch.no_grad():
            return model.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                do_sample=False,
                num_beams=1,
                min_new_tokens=TOKENS,
                max_new_tokens=TOKENS,
            )

    for _ in range(WARM_UP):
        tokens = answer()
    millis = []
    for _ in range(samples):
        start = time.perf_counter()
        answer()
        millis.append((time.perf_counter() - start) * 1e3)
    print(rival, tokens[0, 1:].tolist(), file=sys.stderr)
    series = {"benchmark": "T5Generate", "case": "t5-small", "rival": rival, "unit": "ms"}
    print(json.dumps({**series, "samples": millis}, separators=(",", ":")))


def main():
    what, first, second = sys.argv[1:]
    try:
        if what == "export":
            export(first, second)
        else:
            measure(what, first, int(second))
    except ImportError as missing:
        print(f"bench: {what} is left out: {missing}", file=sys.stderr)


if __name__ == "__main__":
    main()
