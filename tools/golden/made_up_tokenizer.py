"""Vocabularies for the fixtures: the marks, digits and items an environment needs, and made-up words for the rest."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "base-model"))

from tokenizer import SPECIAL

NEEDED = [*map(str, range(11)), "none", "book", "books", "hat", "hats", "ball", "balls", "and", "?"]


def made_up_vocabulary(size: int) -> list[str]:
    syllables = ("".join(letters) for letters in itertools.product("zvkm", "aiou", "lnrp"))
    return [*SPECIAL, *NEEDED, *itertools.islice(syllables, size - len(SPECIAL) - len(NEEDED))]
