"""Makes small encoders with random weights as transformers saves them, and records what PyTorch
makes of a few inputs.

    python reference.py FOLDER        torch 2.15.0, transformers 5.23.0

Each folder is a checkpoint and an expected.json: the inputs, and in float32 the last hidden state
and, with a head, the logits.
"""
import json
import pathlib
import sys

import torch
from transformers import (
    BertConfig, BertForMaskedLM, BertForSequenceClassification, BertForTokenClassification,
    BertModel, DistilBertConfig, DistilBertForMaskedLM, DistilBertForSequenceClassification,
    DistilBertForTokenClassification, DistilBertModel)

TEXTS = [
    ([[5, 7, 11, 3]], [[1, 1, 1, 1]]),
    ([[2, 40, 9, 9, 1, 0, 0], [6, 8, 49, 13, 21, 34, 4]], [[1, 1, 1, 1, 1, 0, 0], [1] * 7]),
    ([[12]], [[1]]),
]


def distil(**more):
    return DistilBertConfig(
        **dict(dict(vocab_size=50, max_position_embeddings=20, dim=12, hidden_dim=20, n_layers=2,
                    n_heads=3), **more))


def bert(**more):
    return BertConfig(
        **dict(dict(vocab_size=50, max_position_embeddings=20, hidden_size=12,
                    intermediate_size=20, num_hidden_layers=2, num_attention_heads=3,
                    type_vocab_size=2), **more))


MODELS = {
    "distilbert": (DistilBertModel, distil(), torch.float32),
    "distilbert-half-relu": (DistilBertModel, distil(activation="relu", n_heads=1, n_layers=1), torch.float16),
    "distilbert-masked": (DistilBertForMaskedLM, distil(n_heads=2, sinusoidal_pos_embds=True), torch.float32),
    "distilbert-untied": (DistilBertForMaskedLM, distil(tie_word_embeddings=False), torch.float32),
    "distilbert-classes": (DistilBertForSequenceClassification, distil(num_labels=5), torch.float32),
    "distilbert-tokens": (DistilBertForTokenClassification, distil(num_labels=3), torch.bfloat16),
    "bert": (BertModel, bert(), torch.float32),
    "bert-half-tanh": (BertModel, bert(hidden_act="gelu_new", layer_norm_eps=1e-5), torch.float16),
    "bert-masked": (BertForMaskedLM, bert(num_attention_heads=4), torch.float32),
    "bert-classes": (BertForSequenceClassification, bert(num_labels=4, type_vocab_size=3), torch.float32),
    "bert-tokens": (BertForTokenClassification, bert(num_labels=7), torch.float32),
}


def main(target):
    for number, (name, (kind, config, dtype)) in enumerate(MODELS.items()):
        torch.manual_seed(number)
        model = kind(config).eval()
        for parameter in model.parameters():
            parameter.data.add_(torch.randn_like(parameter) * 0.3)
        model.to(dtype).save_pretrained(target / name)
        model.float()  # what half precision kept
        cases = []
        for ids, mask in TEXTS:
            given = dict(input_ids=torch.tensor(ids), attention_mask=torch.tensor(mask))
            types = None
            if name.startswith("bert"):
                types = [[place % 2 for place in range(len(row))] for row in ids]
                given["token_type_ids"] = torch.tensor(types)
            with torch.no_grad():
                out = model(**given, output_hidden_states=True)
            case = dict(ids=ids, mask=mask, types=types, hidden=out.hidden_states[-1].tolist())
            if hasattr(out, "logits"):
                case["logits"] = out.logits.tolist()
            cases.append(case)
        (target / name / "expected.json").write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
