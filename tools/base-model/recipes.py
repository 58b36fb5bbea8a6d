"""What each built-in model is made of: `recipes.json` is the one home of sizes, mixtures and lengths of training."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CACHE = Path(".cache/base-model")


@dataclass(frozen=True)
class Recipe:
    name: str
    title: str
    vocabulary: int
    shape: dict[str, int]
    dialogues: dict[str, int]  # by environment
    learning_rate: float  # AdamW: embeddings and gains
    muon_rate: float  # Muon: all other matrices
    batch_tokens: int
    steps: int
    seed: int = 0  # of corpus and training
    mixture: str = "weak"  # of negotiators in deal-or-no-deal
    like: str | None = None  # the recipe that this one varies, to be compared with and not shipped

    @property
    def folder(self) -> Path:
        """Everything between corpus and export; not committed."""
        return CACHE / self.name

    @property
    def tokenizer(self) -> Path:
        """The tokenizer's files until they are published with the weights that belong to them."""
        return self.folder / "tokenizer"

    @property
    def published(self) -> Path:
        return self.folder / "model" if self.like else Path("public/models") / self.name

    @property
    def model(self) -> str:
        """What the lab's commands call it."""
        return str(self.published) if self.like else f"builtin:{self.name}"


def load_recipe(name: str) -> Recipe:
    recipes = json.loads((HERE / "recipes.json").read_text())
    if name not in recipes:
        raise SystemExit(f"There is no recipe “{name}”.\n  fix: choose one of {', '.join(recipes)}.")
    settings = recipes[name]
    return Recipe(name, **recipes.get(settings.get("like"), {}) | settings)


def recipe_parser(description: str) -> argparse.ArgumentParser:
    """Every step of the pipeline takes the recipe's name first."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("recipe", type=load_recipe, metavar="RECIPE", help="a name in recipes.json: parley-mini, parley-small, …")
    return parser
