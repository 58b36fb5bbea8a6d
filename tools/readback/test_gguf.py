"""Reads GGUF files of the lab with llama.cpp's own Python package and with transformers, and compares them with the model beside them.

    PARLEY_EXPORT_DIR=folder pytest tools/readback/test_gguf.py

A GGUF file lies in the folder of the Hugging Face model that it was made of, which may hold the lab's own `logits.json`.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
import torch
from gguf import GGUFReader
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

torch.set_num_threads(1)
BOUNDS = {1: 2**-10, 7: 2**-7}
"""Largest error relative to the largest weight of its tensor, by the file's type: 16 bits, Q8_0."""


def gguf_files() -> list[Path]:
    root = os.environ.get("PARLEY_EXPORT_DIR")
    return sorted(Path(root).glob("**/*.gguf")) if root else []


def field(reader: GGUFReader, key: str):
    return reader.get_field(key).contents()


def test_there_is_a_gguf_file():
    assert gguf_files(), "PARLEY_EXPORT_DIR holds no .gguf file"


@pytest.mark.parametrize("path", gguf_files(), ids=lambda path: path.name)
def test_vocabulary_is_the_tokenizers(path: Path):
    reader = GGUFReader(path)
    tokenizer = Tokenizer.from_file(str(path.parent / "tokenizer.json"))
    tokens = field(reader, "tokenizer.ggml.tokens")
    for token, index in tokenizer.get_vocab().items():
        assert tokens[index] == token
    config = json.loads((path.parent / "config.json").read_text())
    assert len(tokens) == config["vocab_size"]
    assert field(reader, "tokenizer.ggml.model") == "gpt2"


@pytest.mark.parametrize("path", gguf_files(), ids=lambda path: path.name)
@torch.no_grad()
def test_weights_and_logits_agree(path: Path, tmp_path: Path):
    reader = GGUFReader(path)
    bound = BOUNDS[int(field(reader, "general.file_type"))]
    shutil.copy(path, tmp_path / path.name)  # transformers finds no other weights there
    model = AutoModelForCausalLM.from_pretrained(tmp_path, gguf_file=path.name, dtype=torch.float32).eval()
    stored = load_file(path.parent / "model.safetensors")
    read = model.state_dict()
    for name, weight in stored.items():
        error = (read[name] - weight).abs().max() / weight.abs().max()
        assert error <= bound, f"{name}: {error}"
    probe = path.parent / "logits.json"
    if probe.exists():
        expected = json.loads(probe.read_text())
        logits = model(torch.tensor([expected["ids"]])).logits[0].double()
        written = torch.tensor(expected["nextLogProbs"], dtype=torch.float64)
        assert (logits[-1].log_softmax(-1).exp() - written.exp()).abs().max() < 8 * bound
