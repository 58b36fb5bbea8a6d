"""The question that the lab asks a judge (`src/reward/judge/prompts.ts`), taken apart.

A question is a list of chat messages. Inside the user's stands a transcript, JSON between two lines that say `TRANSCRIPT <mark>`.
Its messages alternate: situation, strategy (odd index), conversation (even index), strategy, …
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

Messages = list[dict[str, str]]

TRANSCRIPT = re.compile(r"\nTRANSCRIPT [0-9a-f]{12}\n(.*?)\nTRANSCRIPT ", re.DOTALL)


@dataclass(frozen=True)
class Transcript:
    strategies: tuple[str, ...]  # own turn k has index 2k + 1 in the question
    utterances: tuple[str, ...]  # of both sides, as they were said
    score: float  # of the advised side, 0 to 10


def transcript_of(messages: Messages) -> Transcript:
    found = TRANSCRIPT.search(messages[-1]["content"])
    if not found:
        raise ValueError("The question has no transcript. It must be one that the lab asks about critical strategies.")
    content = json.loads(found[1])
    parts = content["messages"]
    strategies = tuple(part["strategy"] for part in parts if part["from"] == "strategist")
    utterances = tuple(one["text"] for part in parts for one in part.get("said", []))
    return Transcript(strategies, utterances, float(content["score"]))
