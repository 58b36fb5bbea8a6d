"""Has the lab's own environments play the dialogues of a recipe, and reads them.

    python tools/base-model/corpus.py parley-mini

writes `.cache/base-model/<recipe>/<split>/<environment>.jsonl` through `npm run parley -- corpus` (rule-made players,
strategies and words live in `src/environment/`; nothing of them is repeated here). One line is one context: what one
seat saw, as `[environment, [[role, text], ...]]`. Only scenarios of the split are played.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from recipes import Recipe, recipe_parser

Context = list[tuple[str, str]]  # role, text
HELD_OUT_DIALOGUES = 400  # per environment, for losses and perplexity


def corpus_file(recipe: Recipe, split: str, environment: str) -> Path:
    return recipe.folder / split / f"{environment}.jsonl"


def play(recipe: Recipe, split: str, environment: str, dialogues: int) -> None:
    out = corpus_file(recipe, split, environment)
    options = {"environment": environment, "dialogues": dialogues, "split": split, "seed": recipe.seed, "out": out}
    if environment == "deal-or-no-deal":
        options["mixture"] = recipe.mixture
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    done = subprocess.run(
        ["node", "cli/parley.mjs", "corpus", *words, "--json"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )  # fmt: skip
    out.with_suffix(".statistics.json").write_bytes(done.stdout)
    found = json.loads(done.stdout)
    print(f"{split:10} {environment:20} {dialogues:7} dialogues, {found['words'] / 1e6:6.2f} M words, "
          f"{found['pointsPerSeat']:.2f} points per seat", flush=True)  # fmt: skip


def read_contexts(file: Path) -> Iterator[Context]:
    with file.open() as lines:
        for line in lines:
            yield json.loads(line)[1]


def play_both_splits(recipe: Recipe, environment: str) -> None:
    play(recipe, "train", environment, recipe.dialogues[environment])
    play(recipe, "validation", environment, HELD_OUT_DIALOGUES)


if __name__ == "__main__":
    parser = recipe_parser(__doc__)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    with ThreadPoolExecutor(options.processes) as pool:
        list(pool.map(lambda name: play_both_splits(options.recipe, name), options.recipe.dialogues))
