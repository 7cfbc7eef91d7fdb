"""Writes cuts.json: which tokens transformers' sampling leaves, by option.

    venv/bin/python cuts.py        the venv of generation.py
"""

import json
import pathlib

import torch
import transformers
from transformers.generation import logits_process as by

WAYS = {
    "min_p": (0.02, 0.2, 0.9),
    "typical_p": (0.1, 0.5, 0.95),
    "epsilon_cutoff": (0.001, 0.02, 0.3),
    "eta_cutoff": (0.001, 0.02, 0.3),
}
WARPERS = {
    "min_p": by.MinPLogitsWarper,
    "typical_p": by.TypicalLogitsWarper,
    "epsilon_cutoff": by.EpsilonLogitsWarper,
    "eta_cutoff": by.EtaLogitsWarper,
}
TOGETHER = (
    {"min_p": 0.02, "typical_p": 0.9},
    {"typical_p": 0.9, "epsilon_cutoff": 0.03},
    {"min_p": 0.05, "typical_p": 0.8, "epsilon_cutoff": 0.01, "eta_cutoff": 0.1},
)


def main():
    torch.manual_seed(4)
    options = [{name: value} for name, values in WAYS.items() for value in values]
    cases = []
    for size, spread in ((40, 2.0), (40, 0.3), (7, 6.0), (300, 1.0)):
        logits = torch.round(torch.randn(1, size) * spread * 1024) / 1024  # exact in JSON
        for chosen in [*options, *TOGETHER]:
            scores = logits
            for name in WAYS:
                if name in chosen:
                    scores = WARPERS[name](chosen[name])(None, scores)
            kept = [i for i, score in enumerate(scores[0].tolist()) if score > -1e30]
            cases.append({"logits": logits[0].tolist(), "options": chosen, "kept": kept})
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (pathlib.Path(__file__).parent / "cuts.json").write_text(
        f'{{"versions":{json.dumps(versions)},\n"cases":[\n{lines}\n]}}\n'
    )


if __name__ == "__main__":
    main()
