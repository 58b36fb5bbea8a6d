"""The tokenizer of the tiny models: whole words, some of them made up, and a `parley_format` with marks of its own.

Its marks differ from those of `tools/base-model`: the lab has to follow whatever format a model brings along.

    view            <bos> book 2 3 hat 2 2 ball 3 0
    own turn        <s> 4 none 1 2 2 7
    then sampled    keep the hats </s> can i have 2 hats ? <e>
    partner's turn  <t> you get 1 ball <e>
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

SPECIAL = ["<pad>", "<bos>", "<s>", "</s>", "<t>", "<e>", "<unk>"]
NEEDED = [*map(str, range(11)), "none", "book", "books", "hat", "hats", "ball", "balls", "and", "?"]
FORMAT = {
    "view": "<bos> {view}",
    "own_turn": "<s> {board}",
    "strategy_end": "</s>",
    "action_end": "<e>",
    "partner_turn": "<t> {action} <e>",
}
CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{%- if not loop.first %} {% endif -%}"
    "{%- if message.role == 'system' -%}<bos> {{ message.content }}"
    "{%- elif message.role == 'observation' -%}<s> {{ message.content }}"
    "{%- elif message.role == 'strategy' -%}{{ message.content }} </s>"
    "{%- elif message.role == 'assistant' -%}{{ message.content }} <e>"
    "{%- elif message.role == 'user' -%}<t> {{ message.content }} <e>"
    "{%- endif -%}"
    "{%- endfor -%}"
)
TEXTS = [
    "<bos> book 2 3 hat 2 2 ball 3 0",
    "<s> 4 none 1 2 2 7",
    "Book HATS ball?",
    "  zal  zil\n</s><e>",
    "zal-zil, unknown-word 10 11 007",
    "<t> books and balls ? <e> <pad> <unk>",
    "<T> <Bos> naïve 2hats",
    "",
]


def made_up_vocabulary(size: int) -> list[str]:
    """The marks, digits and items an environment needs, and made-up words for the rest."""
    syllables = ("".join(letters) for letters in itertools.product("zvkm", "aiou", "lnrp"))
    return [*SPECIAL, *NEEDED, *itertools.islice(syllables, size - len(SPECIAL) - len(NEEDED))]


def word_tokenizer(vocabulary: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(vocabulary)}, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()  # \w+|[^\w\s]+
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    assert tokenizer.get_vocab_size() == len(vocabulary)
    return tokenizer


def tokenizer_config(context_length: int) -> dict:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<bos>",
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "additional_special_tokens": [t for t in SPECIAL if t not in ("<bos>", "</s>", "<pad>", "<unk>")],
        "clean_up_tokenization_spaces": False,
        "model_max_length": context_length,
        "padding_side": "right",
        "chat_template": CHAT_TEMPLATE,
        "parley_format": FORMAT,
    }


def write_tokenizer(folder: Path, vocabulary: list[str], context_length: int) -> None:
    word_tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_config(context_length), indent=2) + "\n")


def tokenized_texts(folder: Path) -> list[dict]:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids} for text in TEXTS]
