"""Writes generation.json, which SearchFixture reads: answers of transformers' generate by option.

Independent of npu4j: HuggingFace's transformers on the random models of reference.py. Each case has
the options by the names that transformers gives them, and the answer without the start token.

    python -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python generation.py
"""

import json
import pathlib

import reference
import torch
import transformers

MODELS = ("relu-tied", "gated-untied", "wide")
LENGTHS = (9, 37)

OPTIONS = (
    {"max_new_tokens": 24},
    {"max_new_tokens": 24, "repetition_penalty": 1.5},
    {"max_new_tokens": 24, "repetition_penalty": 0.8},
    {"max_new_tokens": 24, "no_repeat_ngram_size": 2},
    {"max_new_tokens": 24, "no_repeat_ngram_size": 1},
    {"max_new_tokens": 24, "min_new_tokens": 20, "eos_token_id": [1, 5, 17, 40, 63, 99]},
    {"max_new_tokens": 24, "eos_token_id": [1, 5, 17, 40, 63, 99]},
    {"max_new_tokens": 12, "forced_bos_token_id": 7, "forced_eos_token_id": 1},
    {"max_new_tokens": 12, "suppress_tokens": [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]},
    {"max_new_tokens": 16, "num_beams": 4},
    {"max_new_tokens": 16, "num_beams": 4, "num_return_sequences": 4},
    {"max_new_tokens": 16, "num_beams": 3, "length_penalty": 2.0, "eos_token_id": [1, 5, 17, 40]},
    {"max_new_tokens": 16, "num_beams": 3, "length_penalty": 0.0, "eos_token_id": [1, 5, 17, 40]},
    {"max_new_tokens": 16, "num_beams": 3, "length_penalty": -1.0, "eos_token_id": [1, 5, 17, 40]},
    {"max_new_tokens": 16, "num_beams": 4, "early_stopping": True, "eos_token_id": [1, 5, 17, 40]},
    {"max_new_tokens": 16, "num_beams": 4, "early_stopping": "never", "eos_token_id": [1, 5, 17]},
    {"max_new_tokens": 16, "num_beams": 4, "repetition_penalty": 1.3},
    {"max_new_tokens": 16, "num_beams": 4, "no_repeat_ngram_size": 2, "min_new_tokens": 8},
    {"max_new_tokens": 16, "num_beams": 5, "bad_words_ids": [[9], [12, 13], [20, 21, 22], [30]]},
    {"max_new_tokens": 24, "begin_suppress_tokens": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]},
    {"max_new_tokens": 12, "begin_suppress_tokens": list(range(8, 40)), "forced_bos_token_id": 7},
    {"max_new_tokens": 24, "encoder_repetition_penalty": 3.0},
    {"max_new_tokens": 24, "encoder_repetition_penalty": 0.3, "repetition_penalty": 1.2},
    {"max_new_tokens": 24, "encoder_no_repeat_ngram_size": 1},
    {"max_new_tokens": 24, "encoder_no_repeat_ngram_size": 2, "encoder_repetition_penalty": 9.0},
    {"max_new_tokens": 24, "exponential_decay_length_penalty": [3, 1.5]},
    {"max_new_tokens": 24, "exponential_decay_length_penalty": [0, 1.1], "eos_token_id": [1, 5, 17]},
    {"max_new_tokens": 24, "sequence_bias": [[[9], 4.5], [[12, 13], -3.0], [[9, 20], 30.0]]},
    {"max_new_tokens": 16, "num_beams": 4, "sequence_bias": [[[30], -2.5], [[21], 1.5]]},
    {"max_new_tokens": 16, "num_beams": 3, "encoder_no_repeat_ngram_size": 1},
    {"max_new_tokens": 16, "num_beams": 3, "exponential_decay_length_penalty": [3, 0.8]},
)  # fmt: skip


def main():
    here = pathlib.Path(__file__).parent
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    cases = []
    for name in MODELS:
        description = reference.SHAPES[name]
        seed = json.loads((here / f"{name}.json").read_text())["seed"]
        model, _, config = reference.model_of(description, seed)
        for length in LENGTHS:
            ids = reference.tokens(f"input {length}", seed, length, config["vocab_size"])
            for options in OPTIONS:
                with torch.no_grad():
                    out = model.generate(
                        input_ids=torch.tensor([ids]),
                        do_sample=False,
                        return_dict_in_generate=True,
                        output_scores=True,
                        **options,
                    )
                case = {"model": name, "ids": ids, "options": options}
                case["answers"] = [row[1:] for row in out.sequences.tolist()]
                if options.get("num_beams", 1) > 1:
                    case["scores"] = [float(f"{x:.7g}") for x in out.sequences_scores.tolist()]
                cases.append(case)
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    (here / "generation.json").write_text(
        f'{{"versions":{json.dumps(versions)},\n"cases":[\n{lines}\n]}}\n'
    )


if __name__ == "__main__":
    main()
