"""Writes the replies that a judge should have given, from what came of the dialogues.

    python tools/judge/lessons.py RUN [RUN …]     .cache/judge/questions.jsonl -> .cache/judge/lessons.jsonl

RUN is the folder of a training whose questions were recorded (`record.py`). Nobody marks turns by hand, or by a rule about
acts: a small network learns from the outcomes what score to expect before every own turn, given what is on the table. A
turn is critical when the expectation rises by at least a point over it, the two largest rises at most; after the last turn
the score itself stands for the expectation. (Credit by hindsight in its simplest form: temporal differences of a value.)
Accepting a good offer that stood already is no rise; the turn that brought the offer about is one.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from question import Transcript, transcript_of

SMALLEST_RISE = 1.0  # points of 10
MOST_SELECTED = 2
HIGHEST = 10.0
STEPS, BATCH, RATE = 4_000, 512, 3e-3
FOLDS = 2


@dataclass(frozen=True)
class Side:
    """One seat of a finished dialogue."""

    transcript: Transcript
    states: list[list[float]]  # what is on the table before each own turn


def sides_of(episode: dict) -> list[Side]:
    sides = []
    utterances = tuple(turn["utterance"] for turn in episode["turns"])
    for seat in (0, 1):
        own, claimed = [], 0.0  # what the seat's own last proposal would give it
        values = episode["scenario"]["values"][seat]
        claims = False
        states = []
        for turn in episode["turns"]:
            if turn["seat"] != seat:
                continue
            left = float(turn["board"].split()[0])
            offer = turn["offerValue"]
            states.append([left, seat, offer is not None, (offer or 0.0) / HIGHEST, claims, claimed / HIGHEST])
            own.append(turn["strategy"] or "")
            if turn["action"]["kind"] == "propose":
                claims, claimed = True, float(np.dot(values, turn["action"]["share"]))
        # After its last own turn a seat sees nothing more.
        sides.append(Side(Transcript(tuple(own), utterances, float(episode["points"][seat])), states))
    return sides


def expectation_network(states: np.ndarray, scores: np.ndarray, seed: int, steps: int) -> nn.Module:
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Linear(states.shape[1], 48), nn.SiLU(), nn.Linear(48, 48), nn.SiLU(), nn.Linear(48, 1))
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    inputs, targets = torch.from_numpy(states), torch.from_numpy(scores) / HIGHEST
    for _ in range(steps):
        rows = torch.randint(len(inputs), (BATCH,))
        loss = (network(inputs[rows]).squeeze(-1) - targets[rows]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return network


def expected_scores(sides: list[Side], steps: int = STEPS) -> list[list[float]]:
    """Points expected before each own turn, from networks that have not seen this side of the dialogue."""
    fold_of = np.random.default_rng(0).integers(FOLDS, size=len(sides))
    found: list[list[float]] = [[] for _ in sides]
    for fold in range(FOLDS):
        seen = [side for side, of in zip(sides, fold_of) if of != fold]
        states = np.array([state for side in seen for state in side.states], np.float32)
        scores = np.array([side.transcript.score for side in seen for _ in side.states], np.float32)
        network = expectation_network(states, scores, fold, steps)
        for at in np.flatnonzero(fold_of == fold):
            if sides[at].states:
                with torch.no_grad():
                    values = network(torch.tensor(sides[at].states, dtype=torch.float32)).squeeze(-1) * HIGHEST
                found[at] = values.clamp(0, HIGHEST).tolist()
    return found


def reply(expected: list[float], score: float) -> str:
    """The course of the expectation comes first: what is selected follows from it."""
    course = [round(value, 1) for value in [*expected, score]]
    rises = {2 * turn + 1: after - before for turn, (before, after) in enumerate(zip(course, course[1:]))}
    largest = sorted((index for index, rise in rises.items() if rise >= SMALLEST_RISE), key=lambda index: -rises[index])
    selected = sorted(largest[:MOST_SELECTED])
    told = ", ".join(f"{index}: {value:.0f}" for index, value in zip(rises, course[1:]))
    return json.dumps({"reasoning": f"Expected {course[0]:.0f}, after {told}.", "indexes": selected})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--folder", type=Path, default=Path(".cache/judge"))
    options = parser.parse_args()
    sides: list[Side] = []
    for run in options.runs:
        with (run / "episodes.jsonl").open() as lines:
            for line in lines:
                sides += sides_of(json.loads(line))
    expected = expected_scores(sides)
    scores = np.array([side.transcript.score for side in sides])
    for turn in range(4):
        there = [at for at, values in enumerate(expected) if len(values) > turn]
        error = scores[there] - [expected[at][turn] for at in there]
        print(
            f"before own turn {turn + 1}: {len(there)} sides, explained variance {1 - error.var() / scores[there].var():.3f}"
        )

    known = {side.transcript: reply(values, side.transcript.score) for side, values in zip(sides, expected) if values}
    written = 0
    with (options.folder / "questions.jsonl").open() as lines, (options.folder / "lessons.jsonl").open("w") as lessons:
        for messages in dict.fromkeys(lines):
            question = json.loads(messages)
            told = known.get(transcript_of(question))
            if told is not None:
                lessons.write(json.dumps([question, told]) + "\n")
                written += 1
    print(f"{written} lessons")
