"""The exported graph says what transformers says: the prompt at once, and token by token through the cache."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from export import export
from transformers import AutoModelForCausalLM

ROOT = Path(__file__).parents[2]
MODELS = [ROOT / "public/models/parley-mini", ROOT / "tests/fixtures/tiny-llama-untied"]  # heads must be a multiple of 16 wide
IDS = np.array([[5, 8, 11, 3, 20, 31, 6, 2, 40], [7, 44, 9, 1, 15, 2, 33, 21, 18]], dtype=np.int64)
TOLERANCE = 1e-4


@pytest.fixture(scope="module", params=MODELS, ids=lambda folder: folder.name)
def sides(request, tmp_path_factory):
    file = tmp_path_factory.mktemp("onnx") / "model.onnx"
    export(request.param, file)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    with torch.no_grad():
        model = AutoModelForCausalLM.from_pretrained(request.param, dtype=torch.float32)
        expected = model(torch.tensor(IDS)).logits.numpy()
    return session, expected


def step(session, ids, cache):
    """Logits [B, new tokens, V] and the cache after them; an empty one has length 0."""
    inputs = {value.name: value for value in session.get_inputs()}
    batch, length = ids.shape
    past = {}
    for name, value in inputs.items():
        if name.startswith("past_key_values."):
            heads, head_size = value.shape[1], value.shape[3]
            past[name] = cache.get(name, np.zeros((batch, heads, 0, head_size), np.float32))
    seen = next(iter(past.values())).shape[2]
    mask = np.ones((batch, seen + length), np.int64)
    names = [value.name for value in session.get_outputs()]
    outputs = dict(zip(names, session.run(names, {"input_ids": ids, "attention_mask": mask, **past})))
    present = {name.replace("present", "past_key_values"): value for name, value in outputs.items() if name != "logits"}
    return outputs["logits"], present


def test_prompt_at_once(sides):
    session, expected = sides
    logits, _ = step(session, IDS, {})
    assert np.abs(logits - expected).max() < TOLERANCE


def test_token_by_token(sides):
    session, expected = sides
    cache = {}
    for position in range(IDS.shape[1]):
        logits, cache = step(session, IDS[:, position : position + 1], cache)
        assert np.abs(logits[:, 0] - expected[:, position]).max() < TOLERANCE


def test_same_bytes_again(tmp_path):
    export(MODELS[0], tmp_path / "first.onnx")
    export(MODELS[0], tmp_path / "second.onnx")
    assert (tmp_path / "first.onnx").read_bytes() == (tmp_path / "second.onnx").read_bytes()
