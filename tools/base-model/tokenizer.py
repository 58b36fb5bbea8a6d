"""The word-level tokenizer and the text format of a dialogue.

    python tools/base-model/tokenizer.py FOLDER     writes tokenizer.json and tokenizer_config.json

A context belongs to one seat and only ever grows. It is made of these pieces, each tokenised on its own:

    view            <bos> book 2 3 hat 2 2 ball 3 0               item, count, MY value per unit
    own turn        <s> 4 none 1 2 2 7                            turns left, my last proposal, partner's offer as my share + its value
    then sampled    keep the hats </s> can i have 2 hats ? <e>    strategy, then utterance
    partner's turn  <t> you get 1 ball <e>                        the utterance only
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from game import Scenario, Triple, worth
from language import SINGULAR, words

CONTEXT_LENGTH = 256
SPECIAL = ["<pad>", "<bos>", "<s>", "</s>", "<t>", "<e>", "<unk>"]
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

VOCABULARY = [*SPECIAL, *map(str, range(11)), *words()]
ID_OF_WORD = {word: index for index, word in enumerate(VOCABULARY)}


def encode(text: str) -> list[int]:
    """Same ids as the tokenizer file gives for text whose words are separated by spaces."""
    return [ID_OF_WORD[word] for word in text.split()]


def decode(ids: list[int]) -> str:
    return " ".join(VOCABULARY[index] for index in ids)


def view_text(scenario: Scenario, seat: int) -> str:
    values = scenario.values[seat]
    return " ".join(f"{SINGULAR[kind]} {scenario.counts[kind]} {values[kind]}" for kind in range(3))


def board_text(own_turns_left: int, proposal: Triple | None, offer: Triple | None, values: Triple) -> str:
    """What the environment tells a seat at the start of its turn. Both shares are *my* shares."""
    mine = "none" if proposal is None else " ".join(map(str, proposal))
    theirs = "none" if offer is None else " ".join(map(str, (*offer, worth(values, offer))))
    return f"{own_turns_left} {mine} {theirs}"


def tokenizer_json(vocabulary: list[str] = VOCABULARY, special: list[str] = SPECIAL):
    """A `tokenizers.Tokenizer` over whole words."""
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(vocabulary)}, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()  # \w+|[^\w\s]+
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    assert tokenizer.get_vocab_size() == len(vocabulary)
    return tokenizer


def tokenizer_config(context_length: int = CONTEXT_LENGTH, special: list[str] = SPECIAL) -> dict:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<bos>",
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "additional_special_tokens": [t for t in special if t not in ("<bos>", "</s>", "<pad>", "<unk>")],
        "clean_up_tokenization_spaces": False,
        "model_max_length": context_length,
        "padding_side": "right",
        "chat_template": CHAT_TEMPLATE,
        "parley_format": FORMAT,
    }


def write_tokenizer(folder: Path, vocabulary: list[str] = VOCABULARY, context_length: int = CONTEXT_LENGTH) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer_json(vocabulary).save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_config(context_length), indent=2) + "\n")


if __name__ == "__main__":
    write_tokenizer(Path(sys.argv[1]))
    print(f"{len(VOCABULARY)} words")
