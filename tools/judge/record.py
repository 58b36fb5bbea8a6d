"""Keeps the questions that the lab asks a judge, and selects nothing.

    python tools/judge/record.py --out .cache/judge/questions.jsonl

While it runs, a training whose turns are judged (tools/README.md) asks it about both sides of every dialogue. It selects
nothing, so that only outcomes are rewarded. One line is one question: the list of its messages.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from server import Answer, Question, serve

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--port", type=int, default=8021)
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)

    def answer_all(questions: list[Question]) -> list[Answer]:
        with options.out.open("a") as kept:
            kept.writelines(json.dumps(question.messages) + "\n" for question in questions)
        return [Answer('{"indexes": [], "reasoning": ""}') for _ in questions]

    serve("record", answer_all, options.port)
