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
        return Path("public/models") / self.name


def load_recipe(name: str) -> Recipe:
    recipes = json.loads((HERE / "recipes.json").read_text())
    if name not in recipes:
        raise SystemExit(f"There is no recipe “{name}”.\n  fix: choose one of {', '.join(recipes)}.")
    return Recipe(name, **recipes[name])


def recipe_parser(description: str) -> argparse.ArgumentParser:
    """Every step of the pipeline takes the recipe's name first."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("recipe", type=load_recipe, metavar="RECIPE", help="parley-mini or parley-small")
    return parser
