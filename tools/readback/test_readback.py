"""Reads exports of the lab with transformers and PEFT and compares them with the numbers the lab wrote beside them.

    PARLEY_EXPORT_DIR=folder pytest tools/readback

The folder is one unzipped export or holds several of them. An export has `config.json` (a whole model) or
`adapter_config.json` (a LoRA adapter), and optionally, for the comparison:

- `logits.json`    {"ids": [...], "logProbs": [...], "nextLogProbs": [...]}: log-probs of the tokens after the first, and
                   of every token of the vocabulary at the end (the logits of the last position, normalised)
- `tokenize.json`  {"text": ..., "ids": [...]}
- `episodes.jsonl` one episode per line

An adapter's base is `base_model_name_or_path`, as a folder inside the export, beside it, or in `public/models`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

REPOSITORY = Path(__file__).resolve().parents[2]
TOLERANCE = 1e-4
torch.set_num_threads(1)


def export_folders() -> list[Path]:
    """Empty when the variable is missing or wrong; `test_there_is_something_to_read` then fails."""
    root = os.environ.get("PARLEY_EXPORT_DIR")
    if not root:
        return []
    candidates = [Path(root), *sorted(path for path in Path(root).glob("*") if path.is_dir())]
    return [path for path in candidates if is_model(path) or is_adapter(path)]


def is_adapter(folder: Path) -> bool:
    return (folder / "adapter_config.json").exists()


def is_model(folder: Path) -> bool:
    return (folder / "config.json").exists()


def base_of_adapter(folder: Path) -> Path:
    name = json.loads((folder / "adapter_config.json").read_text())["base_model_name_or_path"]
    places = [folder / name, folder.parent / name, REPOSITORY / name, REPOSITORY / "public/models" / name]
    for place in places:
        if is_model(place):
            return place
    pytest.fail(f"{folder}: its base model {name!r} is in none of {[str(place) for place in places]}")


def load_model(folder: Path):
    """Every weight must come from the file: nothing newly initialised, nothing left over."""
    is_lora = is_adapter(folder)
    model, loading = AutoModelForCausalLM.from_pretrained(
        base_of_adapter(folder) if is_lora else folder, dtype=torch.float32, output_loading_info=True
    )
    for trouble in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        assert not loading[trouble], f"{folder}: {trouble} {loading[trouble]}"
    if is_lora:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, folder)
        stray = [name for name, p in model.named_parameters() if "lora_B" in name and not p.any()]
        assert not stray, f"{folder}: no weights were loaded for {stray}"
    return model.eval()


def read_json(path: Path) -> dict:
    if not path.exists():
        pytest.skip(f"no {path.name} in this export")
    return json.loads(path.read_text())


def test_there_is_something_to_read():
    assert os.environ.get("PARLEY_EXPORT_DIR"), "set PARLEY_EXPORT_DIR to a folder with unzipped exports"
    folders = export_folders()
    assert folders, "PARLEY_EXPORT_DIR holds no config.json and no adapter_config.json"
    assert any((folder / "logits.json").exists() for folder in folders), "no export has a logits.json to compare with"


@pytest.mark.parametrize("folder", export_folders(), ids=lambda path: path.name)
@torch.no_grad()
def test_logits_agree(folder: Path):
    model = load_model(folder)  # also without logits.json: the export must load
    expected = read_json(folder / "logits.json")
    ids = expected["ids"]
    logits = model(torch.tensor([ids])).logits[0].double()
    next_log_probs = torch.tensor(expected["nextLogProbs"], dtype=torch.float64)
    assert len(next_log_probs) == logits.shape[-1]
    assert (logits[-1].log_softmax(-1) - next_log_probs).abs().max() < TOLERANCE

    log_probs = logits[:-1].log_softmax(-1).gather(1, torch.tensor(ids[1:])[:, None])[:, 0]
    written = torch.tensor(expected["logProbs"], dtype=torch.float64)
    assert len(written) == len(ids) - 1
    assert (log_probs - written).abs().max() < TOLERANCE


@pytest.mark.parametrize("folder", export_folders(), ids=lambda path: path.name)
def test_tokenizer_agrees(folder: Path):
    expected = read_json(folder / "tokenize.json")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert tokenizer.encode(expected["text"], add_special_tokens=False) == expected["ids"]


@pytest.mark.parametrize("folder", export_folders(), ids=lambda path: path.name)
def test_episodes_are_readable(folder: Path):
    path = folder / "episodes.jsonl"
    if not path.exists():
        pytest.skip("no episodes.jsonl in this export")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines, f"{path} is empty"
    for number, line in enumerate(lines, 1):
        episode = json.loads(line)
        assert episode.keys() >= {"episodeId", "turns"}, f"line {number}"
        assert isinstance(episode["turns"], list), f"line {number}"
