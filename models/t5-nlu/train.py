"""Trains t5-nlu from scratch on what generate.py made, and writes the checkpoint folder.

    python train.py DATA_FOLDER OUT_FOLDER [--steps 7300] [--minutes 0] [--threads 2] [--seed 7]
    python train.py DATA_FOLDER OUT_FOLDER --go-on-from EARLIER_OUT_FOLDER [--rate 6e-3]

Needs the packages of requirements.txt. A step of 64 pairs takes 0.3 s on one x86-64 core with AMX.
"""

import argparse
import io
import itertools
import json
import pathlib
import random
import re
import shutil
import time

import sentencepiece
import torch
from sentencepiece import sentencepiece_model_pb2
from transformers import T5Config, T5ForConditionalGeneration

VOCABULARY = 2048
LONGEST_IN, LONGEST_OUT = 64, 96


def rows(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        text, meaning = line.split("\t")
        yield text, meaning


INTENT = re.compile(r'\{"intent":"\w+","slots":\{')
SLOT = re.compile(r'"(\w+)":"')


def frame(meanings):
    """The fixed parts of the answers, a piece each: what is left between them is copied text."""
    opening, slots = set(), set()
    for meaning in meanings:
        head = INTENT.match(meaning).group()
        opening.add(head)
        slots.update(SLOT.findall(meaning[len(head) :]))
    return sorted(opening) + [f'{before}{s}":"' for s in sorted(slots) for before in ('"', '","')] + ['"}}', "}}"]


def tokenizer(data, out):
    """A unigram model in which a space is a piece of its own.

    So a word is the same piece at the beginning of a slot as in the middle of a sentence, and copying
    it is one step. Reserved while the pieces are learnt, the space and the frame are ordinary pieces
    afterwards: no other piece contains them, so every reader of a unigram model finds them.
    """
    rows_ = list(rows(data / "train.tsv"))
    reserved = ["\u2581"] + frame(meaning for _, meaning in rows_)
    values = (value for _, meaning in rows_ for value in json.loads(meaning)["slots"].values())
    corpus = [text for text, _ in rows_[:200_000]] + list(itertools.islice(values, 100_000))
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus),
        model_writer=model,
        vocab_size=VOCABULARY,
        model_type="unigram",
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        byte_fallback=True,
        normalization_rule_name="nmt_nfkc",
        split_digits=True,
        max_sentencepiece_length=8,
        user_defined_symbols=reserved,
        num_threads=1,
    )
    proto = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    for piece in proto.pieces:
        if piece.type == piece.USER_DEFINED:
            piece.type, piece.score = piece.NORMAL, 0.0
    content = proto.SerializeToString()
    (out / "spiece.model").write_bytes(content)
    return sentencepiece.SentencePieceProcessor(model_proto=content)


def batches(pairs, size, rng):
    """Endless batches of about the same length each, so that little is padding."""
    while True:
        order = list(range(len(pairs)))
        rng.shuffle(order)
        for start in range(0, len(order), size * 64):
            block = sorted(order[start : start + size * 64], key=lambda i: len(pairs[i][0]) + len(pairs[i][1]))
            groups = [block[i : i + size] for i in range(0, len(block), size)]
            rng.shuffle(groups)
            yield from ([pairs[i] for i in group] for group in groups)


def padded(sequences, value):
    width = max(len(s) for s in sequences)
    return torch.tensor([s + [value] * (width - len(s)) for s in sequences])


def quicken(model):
    """The same function in less time on a CPU; dropout stays where sentences enter the encoder."""
    model.set_attn_implementation("eager")
    for part in model.modules():
        if hasattr(part, "act"):
            part.act = torch.nn.GELU(approximate="tanh")
        if isinstance(part, torch.nn.Dropout) and part is not model.encoder.dropout:
            part.p = 0.0
        if hasattr(part, "dropout") and isinstance(part.dropout, float):
            part.dropout = 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=7300)
    parser.add_argument("--go-on-from", type=pathlib.Path, help="a trained folder, whose tokenizer and weights are the beginning")
    parser.add_argument("--minutes", type=float, default=0, help="stop the schedule early; 0: never")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rate", type=float, default=2e-2, help="the step relative to a weight's size")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)

    if args.go_on_from:
        shutil.copy(args.go_on_from / "spiece.model", args.out)
        spm = sentencepiece.SentencePieceProcessor(model_file=str(args.out / "spiece.model"))
    else:
        spm = tokenizer(args.data, args.out)
    pairs = []
    for text, meaning in rows(args.data / "train.tsv"):
        source, labels = spm.encode(text) + [1], spm.encode(meaning) + [1]
        if len(source) <= LONGEST_IN and len(labels) <= LONGEST_OUT:
            pairs.append((source, labels))
    mean = sum(len(t) for _, t in pairs) / len(pairs)
    print(f"{len(pairs)} pairs, {mean:.1f} output tokens a pair, vocabulary {spm.get_piece_size()}", flush=True)

    config = T5Config(
        vocab_size=spm.get_piece_size(), d_model=256, d_kv=64, d_ff=640, num_layers=4, num_decoder_layers=3,
        num_heads=4, relative_attention_num_buckets=32, relative_attention_max_distance=128,
        dropout_rate=0.1, feed_forward_proj="gated-gelu", tie_word_embeddings=True,
        pad_token_id=0, eos_token_id=1, decoder_start_token_id=0,
    )
    model = T5ForConditionalGeneration(config)
    if args.go_on_from:
        model = T5ForConditionalGeneration.from_pretrained(args.go_on_from, config=config, dtype=torch.float32)
    model.generation_config.max_length = LONGEST_OUT
    quicken(model)
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters", flush=True)
    # T5's weights begin at very different sizes, so each gets steps in proportion to its own.
    optimizer = torch.optim.AdamW([{"params": [p]} for p in model.parameters()], weight_decay=0, betas=(0.9, 0.99), fused=True)
    warm = 300

    def progress(step, started):
        by_steps = step / args.steps
        return max(by_steps, (time.time() - started) / 60 / args.minutes) if args.minutes else by_steps

    model.train()
    started, total = time.time(), 0.0
    rng = random.Random(args.seed)
    for step, batch in enumerate(batches(pairs, args.batch, rng), 1):
        done = progress(step, started)
        if done >= 1:
            break
        rate = args.rate * min(step / warm, 1) * max(0.01, 1 - done)
        for group in optimizer.param_groups:
            group["lr"] = rate * max(1e-3, group["params"][0].detach().square().mean().sqrt().item())
        source = padded([s for s, _ in batch], 0)
        labels = padded([t for _, t in batch], -100)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = model(input_ids=source, attention_mask=(source != 0).long(), labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        total += loss.item()
        if step % 100 == 0:
            print(f"step {step} loss {total / 100:.4f} {time.time() - started:.0f} s", flush=True)
            total = 0.0
        if step % 1000 == 0:
            model.save_pretrained(args.out / "unfinished")

    model = model.to(torch.float16)
    model.save_pretrained(args.out)
    print("saved", args.out, flush=True)


if __name__ == "__main__":
    main()
