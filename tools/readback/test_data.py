"""Reads what `parley data` writes with the tools that it is for, as far as they are installed.

    PARLEY_DATA_DIR=folder pytest tools/readback/test_data.py
"""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("PARLEY_DATA_DIR", "absent"))


def json_lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


def test_epo_dialogues_are_what_the_authors_code_expects():
    """`conversations` alternate and are even in number; scores are numbers as text, on the model's entries alone."""
    dialogues = json.loads((FOLDER / "epo/parley_epo.json").read_text())
    assert dialogues
    for dialogue in dialogues:
        entries = dialogue["conversations"]
        assert entries and len(entries) % 2 == 0
        assert [entry["from"] for entry in entries] == ["human", "gpt"] * (len(entries) // 2)
        assert all(isinstance(entry["score"], str) and float(entry["score"]) is not None for entry in entries[1::2])
        assert not any("score" in entry for entry in entries[::2])


def test_trl_lines():
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(Path(__file__).resolve().parents[2] / "public/models/parley-mini")
    messages, prompts, steps = (json_lines(f"trl/{name}.jsonl") for name in ("messages", "prompts", "steps"))
    assert messages and len(messages) == len(steps)
    for line in messages:
        assert tokenizer.apply_chat_template(line["messages"], tokenize=True)
    assert len(prompts) == sum(len(line["completions"]) for line in steps)
    for line in steps:
        assert len(line["labels"]) == len(line["completions"]) and all(isinstance(label, bool) for label in line["labels"])


def test_verifiers_traces_agree_with_the_episodes():
    traces = [trace for episode in json_lines("verifiers/traces.jsonl") for trace in episode["traces"]]
    assert traces
    for trace in traces:
        nodes = trace["nodes"]
        assert [node["parent"] for node in nodes] == [None, *range(len(nodes) - 1)]
        for node in nodes:
            assert len(node["token_ids"]) == len(node["mask"])
            assert (node["logprobs"] is not None) == node["sampled"]
        sampled = sum(node["sampled"] for node in nodes)
        assert sampled == trace["metrics"]["turns"]


def test_csv_has_the_episodes_turns():
    with (FOLDER / "csv/turns.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    trained = sum(row["is_trained"] == "true" for row in rows)
    assert trained == len(json_lines("trl/prompts.jsonl"))


def test_tensorboard_reads_every_metric():
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = accumulator.EventAccumulator(str(FOLDER / "tensorboard"))
    events.Reload()
    lines = json_lines("metrics/metrics.jsonl")
    for name in set().union(*lines) - {"step"}:
        scalars = {event.step: event.value for event in events.Scalars(name)}
        for line in lines:
            if name in line:
                assert scalars[line["step"]] == pytest.approx(line[name], rel=1e-6, abs=1e-30)


def test_inspect_reads_the_log():
    log = pytest.importorskip("inspect_ai.log")
    read = log.read_eval_log(str(FOLDER / "inspect/inspect.json"))
    assert read.status == "success"
    assert read.samples and len(read.samples) == read.results.total_samples
    assert all(sample.messages for sample in read.samples)


def test_verl_parquet():
    """The columns that verl's data sets read; `extra_info.index` numbers the rows."""
    import pyarrow.parquet as parquet

    files = sorted(FOLDER.glob("verl/*.parquet"))
    assert files
    for file in files:
        rows = parquet.read_table(file).to_pylist()
        assert rows
        for index, row in enumerate(rows):
            assert row["data_source"] and row["ability"]
            assert {message["role"] for message in row["prompt"]} <= {"system", "user", "assistant"}
            assert row["reward_model"]["style"] and row["extra_info"]["index"] == index
