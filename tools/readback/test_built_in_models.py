"""The built-in models as transformers reads them, against what the lab wrote about them.

    PARLEY_BUILT_IN_DIR=folder pytest tools/readback/test_built_in_models.py

The folder holds, per model and environment, `MODEL/ENVIRONMENT.jsonl` (a few contexts, one per line, as `parley corpus`
writes them), `.tokens.json` (what `parley tokenize --corpus` found) and `.logprobs.json` (the first context scored).
"""

from __future__ import annotations

import hashlib
import json
import os
from array import array
from functools import cache
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

MODELS = Path(__file__).resolve().parents[2] / "public/models"
CHAT_ROLES = {
    "view": "system", "board": "observation", "strategy": "strategy", "given-strategy": "strategy",
    "utterance": "assistant", "noise": "assistant", "partner": "user",
}  # fmt: skip
FOLDER = Path(os.environ.get("PARLEY_BUILT_IN_DIR", "absent"))
CORPORA = sorted(FOLDER.glob("*/*.jsonl"))


@cache
def tokenizer_of(name: str):
    return AutoTokenizer.from_pretrained(MODELS / name)


@cache
def model_of(name: str):
    model, loading = AutoModelForCausalLM.from_pretrained(MODELS / name, dtype=torch.float32, output_loading_info=True)
    assert not any(loading[trouble] for trouble in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    return model.eval()


def test_there_is_something_to_read():
    assert {path.parent.name for path in CORPORA} == {path.name for path in MODELS.iterdir() if path.is_dir()}


@pytest.mark.parametrize("corpus", CORPORA, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_template_and_tokens_agree(corpus: Path):
    """Every context: the chat template's text has the lab's ids, and comes back from them."""
    tokenizer, written = tokenizer_of(corpus.parent.name), json.loads(corpus.with_suffix(".tokens.json").read_text())
    digest, tokens = hashlib.sha256(), 0
    for line in corpus.read_text().splitlines():
        chat = [{"role": CHAT_ROLES[role], "content": text} for role, text in json.loads(line)[1]]
        text = tokenizer.apply_chat_template(chat, tokenize=False)
        ids = tokenizer.encode(text, add_special_tokens=False)
        assert tokenizer.decode(ids) == text
        digest.update(array("H", ids).tobytes())
        tokens += len(ids)
    assert written["changed"] == 0
    assert (tokens, digest.hexdigest()) == (written["tokens"], written["sha256"])


@pytest.mark.parametrize("corpus", CORPORA, ids=lambda path: f"{path.parent.name}-{path.stem}")
@torch.no_grad()
def test_log_probs_agree(corpus: Path):
    written = json.loads(corpus.with_suffix(".logprobs.json").read_text())
    ids = torch.tensor([written["ids"]])
    logits = model_of(corpus.parent.name)(ids).logits[0, :-1].double()
    expected = logits.log_softmax(-1).gather(1, ids[0, 1:, None])[:, 0]
    assert (expected - torch.tensor(written["logProbs"][1:], dtype=torch.float64)).abs().max() < 1e-4
