"""Learns a recipe's tokenizer, and says how a dialogue becomes tokens.

    python tools/base-model/tokenizer.py parley-mini      needs the corpus; export.py publishes it

Byte-level BPE, so that any text can be written. Every digit is a token of its own: no merge joins two of them. A context
belongs to one seat and only ever grows; a space sets off the first word of each text from the mark in front of it:

    view             <bos> book 2 3 hat 2 2 ball 3 0
    own turn         <turn> 4 none 1 2 2 7<plan> keep the hats<say> Can I have 2 hats?<end>
    partner's turn   <them> You get 1 ball.<end>
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from corpus import Context, corpus_file, read_contexts
from recipes import Recipe, recipe_parser

SPECIAL = ["<pad>", "<bos>", "<turn>", "<plan>", "<say>", "<them>", "<end>"]
FORMAT = {
    "view": "<bos> {view}",
    "own_turn": "<turn> {board}<plan>",
    "strategy_end": "<say>",
    "action_end": "<end>",
    "partner_turn": "<them> {action}<end>",
}
CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{%- if message.role == 'system' -%}<bos> {{ message.content }}"
    "{%- elif message.role == 'observation' -%}<turn> {{ message.content }}<plan>"
    "{%- elif message.role == 'strategy' -%}{{ (' ' + message.content) if message.content else '' }}<say>"
    "{%- elif message.role == 'assistant' -%}{{ (' ' + message.content) if message.content else '' }}<end>"
    "{%- elif message.role == 'user' -%}<them>{{ (' ' + message.content) if message.content else '' }}<end>"
    "{%- endif -%}"
    "{%- endfor -%}"
)
LINES_TO_LEARN_FROM = 30_000  # contexts, shared equally between environments

# What a token teaches: nothing, the strategist, the speaker, what partners say.
GIVEN, STRATEGY, UTTERANCE, PARTNER = range(4)
TAUGHT = {"strategy": STRATEGY, "utterance": UTTERANCE, "partner": PARTNER}
ENDS = {"strategy": "<say>", "given-strategy": "<say>", "utterance": "<end>", "noise": "<end>", "partner": "<end>"}
OPENS = {"view": "<bos>", "board": "<turn>", "partner": "<them>"}


def marked_text(role: str, text: str) -> str:
    """A segment as the chat template writes it."""
    space = " " if text else ""
    end = "<plan>" if role == "board" else ENDS.get(role, "")
    return f"{OPENS.get(role, '')}{space}{text}{end}"


def learn_tokenizer(texts: list[str], vocabulary: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    digits_apart = pre_tokenizers.Split(Regex(r" ?\d"), "isolated")
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits_apart, byte_level])
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        min_frequency=2, show_progress=False,
    )  # fmt: skip
    tokenizer.train_from_iterator(texts, trainer)
    # With no merge between digits the plain byte-level pre-tokenizer gives the same tokens; GPT-2's is known everywhere.
    tokenizer.pre_tokenizer = byte_level
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    return tokenizer


def tokenizer_config(context_length: int) -> dict:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<bos>",
        "eos_token": "<end>",
        "pad_token": "<pad>",
        "additional_special_tokens": [token for token in SPECIAL if token not in ("<bos>", "<end>", "<pad>")],
        "clean_up_tokenization_spaces": False,
        "model_max_length": context_length,
        "padding_side": "right",
        "chat_template": CHAT_TEMPLATE,
        "parley_format": FORMAT,
    }


def write_tokenizer(tokenizer: Tokenizer, folder: Path, context_length: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_config(context_length), indent=2) + "\n")


def load_tokenizer(folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


class Encoder:
    """Contexts to ids and roles. Segments are tokenised one by one, as the lab does; repeated ones only once."""

    def __init__(self, tokenizer: Tokenizer):
        self.tokenizer = tokenizer
        self.known: dict[tuple[str, str], list[int]] = {}

    def segment(self, role: str, text: str) -> list[int]:
        ids = self.known.get((role, text))
        if ids is None:
            ids = self.tokenizer.encode(marked_text(role, text), add_special_tokens=False).ids
            if len(self.known) < 1_000_000:
                self.known[role, text] = ids
        return ids

    def context(self, context: Context) -> tuple[list[int], list[int]]:
        ids, roles = [], []
        for role, text in context:
            new = self.segment(role, text)
            ids += new
            # A partner's turn opens with a mark that nobody has to guess.
            given = 1 if role == "partner" else 0
            roles += [GIVEN] * given + [TAUGHT.get(role, GIVEN)] * (len(new) - given)
        return ids, roles


def sample_texts(recipe: Recipe) -> list[str]:
    """Every segment of some contexts of each environment, as they are tokenised."""
    rng = random.Random(0)
    texts = []
    for environment in recipe.dialogues:
        contexts = []
        for context in read_contexts(corpus_file(recipe, "train", environment)):
            contexts.append(context)
            if len(contexts) >= LINES_TO_LEARN_FROM // len(recipe.dialogues):
                break
        texts += [f" {text}" for context in contexts for _, text in context if text]
    rng.shuffle(texts)
    return texts


if __name__ == "__main__":
    recipe = recipe_parser(__doc__).parse_args().recipe
    texts = sample_texts(recipe)
    learned = learn_tokenizer(texts, recipe.vocabulary)
    write_tokenizer(learned, recipe.tokenizer, recipe.shape["context"])
    tokens = sum(len(encoding.ids) for encoding in learned.encode_batch(texts, add_special_tokens=False))
    words = sum(len(text.split()) for text in texts)
    print(f"{learned.get_vocab_size()} tokens, {tokens / words:.3f} tokens per word of the corpus")
