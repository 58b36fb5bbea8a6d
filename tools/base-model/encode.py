"""Turns a recipe's corpus into arrays of token ids.

    python tools/base-model/encode.py parley-mini

writes `.cache/base-model/<recipe>/<split>.npz`: `ids` and `roles` of all contexts end to end, `offsets` of the contexts
(one more than contexts), `environments` (index into the recipe's list) of each. Contexts that are too long are left out.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from multiprocessing import Pool

import numpy as np

from corpus import corpus_file, read_contexts
from recipes import Recipe, recipe_parser
from tokenizer import Encoder, load_tokenizer


@dataclass
class Part:
    """One environment's share of a split."""

    ids: array
    roles: array
    lengths: array


def encode_part(recipe: Recipe, split: str, environment: str) -> Part:
    encoder = Encoder(load_tokenizer(recipe.tokenizer))
    part = Part(array("H"), array("B"), array("q"))
    left_out = 0
    for context in read_contexts(corpus_file(recipe, split, environment)):
        ids, roles = encoder.context(context)
        if len(ids) > recipe.shape["context"]:
            left_out += 1
            continue
        part.ids.extend(ids)
        part.roles.extend(roles)
        part.lengths.append(len(ids))
    tokens, contexts = len(part.ids), len(part.lengths)
    print(f"{split:10} {environment:20} {contexts:7} contexts, {tokens / 1e6:6.2f} M tokens, "
          f"{tokens / max(1, contexts):5.0f} each, {left_out} too long", flush=True)  # fmt: skip
    return part


def encode_split(recipe: Recipe, split: str, processes: int) -> None:
    names = list(recipe.dialogues)
    with Pool(processes) as pool:
        parts = pool.starmap(encode_part, [(recipe, split, name) for name in names], chunksize=1)
    lengths = np.concatenate([np.frombuffer(part.lengths, np.int64) for part in parts])
    np.savez(
        recipe.folder / f"{split}.npz",
        ids=np.concatenate([np.frombuffer(part.ids, np.uint16) for part in parts]),
        roles=np.concatenate([np.frombuffer(part.roles, np.uint8) for part in parts]),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        environments=np.repeat(np.arange(len(names), dtype=np.uint8), [len(part.lengths) for part in parts]),
    )


if __name__ == "__main__":
    parser = recipe_parser(__doc__)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    for split in ("train", "validation"):
        encode_split(options.recipe, split, options.processes)
