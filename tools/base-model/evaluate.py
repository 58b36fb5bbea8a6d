"""Measures a published model in every environment of its recipe, through the lab's own engine.

    python tools/base-model/evaluate.py parley-mini                      each environment, n = 500
    python tools/base-model/evaluate.py parley-small --environment shop

For each environment `npm run parley -- evaluate` plays held-out scenarios twice: the model with itself, following its own
strategies (`base`), and with random applicable strategies forced on the measured seat (`forced`). Results and transcripts
go to `.cache/base-model/<recipe>/evaluations`; `card.py` writes them into the model card.
"""

from __future__ import annotations

import json
import subprocess

from recipes import Recipe, recipe_parser

STRATEGISTS = {"base": "self", "forced": "frozen-base"}  # and who sits opposite


def evaluate(recipe: Recipe, environment: str, strategist: str, episodes: int) -> None:
    folder = recipe.folder / "evaluations"
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / f"{environment}.{strategist}.json"
    options = {
        "model": recipe.model, "environment": environment, "split": "test", "episodes": episodes,
        "strategist": strategist, "partner": STRATEGISTS[strategist], "out": out,
        "transcripts": out.with_suffix(".jsonl"),
    }  # fmt: skip
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    subprocess.run(["node", "cli/parley.mjs", "evaluate", *words, "--json"], check=True, stdout=subprocess.DEVNULL)
    found = json.loads(out.read_text())
    speech = found["speech"]
    shares = {name: speech[name] and round(speech[name]["mean"], 3) for name in
              ("legalShare", "followedShare", "copiedShare", "applicableShare", "leakShare")}  # fmt: skip
    print(f"{environment:20} {strategist:6} {found['points']['mean']:.2f} points  {shares}  {found['seconds']:.0f} s", flush=True)


if __name__ == "__main__":
    parser = recipe_parser(__doc__)
    parser.add_argument("--environment", help="only this one")
    parser.add_argument("--episodes", type=int, default=500)
    options = parser.parse_args()
    for name in options.recipe.dialogues:
        if options.environment in (None, name):
            for who in STRATEGISTS:
                evaluate(options.recipe, name, who, options.episodes)
