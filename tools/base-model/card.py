"""Writes the model card of a published model from its recipe, its corpus' statistics and its evaluations.

    python tools/base-model/card.py parley-mini      after evaluate.py; writes public/models/<recipe>/README.md
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from itertools import pairwise

import torch

from corpus import corpus_file, read_contexts
from evaluate import STRATEGISTS
from export import load_checkpoint
from model import LanguageModel, Shape
from pretrain import AMOUNT_WEIGHT, Corpus, held_out_losses
from recipes import HERE, Recipe, recipe_parser
from tokenizer import STRATEGY, UTTERANCE

RANDOM_DIALOGUES, FREQUENT_UTTERANCES = 30, 20


def interval(value: dict | None, digits: int = 3) -> str:
    if value is None:
        return "–"
    return f"{value['mean']:.{digits}f} ± {(value['high'] - value['low']) / 2:.{digits}f}"


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def turn_shares(recipe: Recipe) -> dict[str, float]:
    """How the turns of the corpus came about: the player's own strategy, a given one, none, noise."""
    counts: Counter[str] = Counter()
    for name in recipe.dialogues:
        for context in read_contexts(corpus_file(recipe, "train", name)):
            for (role, text), (next_role, _) in pairwise(context):
                if role == "strategy":
                    counts["own"] += 1
                elif role == "given-strategy":
                    counts["noise" if next_role == "noise" else "given" if text else "none"] += 1
    return {kind: count / counts.total() for kind, count in counts.items()}


class Figures:
    """Everything that was measured about a recipe's model."""

    def __init__(self, recipe: Recipe):
        self.recipe = recipe
        folder = recipe.folder / "evaluations"
        self.evaluations = {
            (name, who): json.loads((folder / f"{name}.{who}.json").read_text())
            for name in recipe.dialogues
            for who in STRATEGISTS
        }
        self.transcripts = {
            name: [json.loads(line) for line in (folder / f"{name}.base.jsonl").read_text().splitlines()]
            for name in recipe.dialogues
        }
        self.corpus = {
            name: json.loads(corpus_file(recipe, "train", name).with_suffix(".statistics.json").read_text())
            for name in recipe.dialogues
        }
        self.turns = turn_shares(recipe)
        saved = torch.load(recipe.folder / "checkpoint.pt")
        self.steps, self.tokens, self.seconds = saved["step"], saved["tokens"], saved["seconds"]
        self.model: LanguageModel = load_checkpoint(recipe)
        self.losses = held_out_losses(self.model, Corpus(recipe.folder / "validation.npz"))

    def corpus_table(self) -> str:
        rows = [
            [name, f"{found['dialogues']:,}", f"{found['words'] / 1e6:.1f} M", f"{found['turnsPerDialogue']:.1f}",
             f"{found['pointsPerSeat']:.2f}", str(found["distinctWords"]), f"{100 * found['mostFrequent'][0]['share']:.2f} %"]
            for name, found in self.corpus.items()
        ]  # fmt: skip
        return table(["environment", "dialogues", "words", "turns", "points per seat", "distinct words",
                      "most frequent utterance, digits masked"], rows)  # fmt: skip

    def speech_table(self, who: str) -> str:
        rows = []
        for name in self.recipe.dialogues:
            found = self.evaluations[name, who]
            speech = found["speech"]
            rows.append([
                name, str(speech["turns"]), interval(speech["legalShare"]), interval(speech["followedShare"]),
                interval(speech["copiedShare"]), interval(speech["leakShare"]), interval(speech["applicableShare"]),
            ])  # fmt: skip
        return table(["environment", "turns", "legal", "strategy carried out", "… that names an amount", "leaks",
                      "strategy fits"], rows)  # fmt: skip

    def play_table(self) -> str:
        rows = []
        for index, name in enumerate(self.recipe.dialogues):
            found = self.evaluations[name, "base"]
            rows.append([
                name, str(found["episodes"]), interval(found["points"], 2), interval(found["agreementShare"], 2),
                f"{found['turnsPerEpisode']:.1f}", f"{found['speech']['firstFamilyEntropy']:.2f}",
                f"{found['speech']['distinct2']:.3f}", f"{math.exp(self.losses[index, STRATEGY]):.2f}",
                f"{math.exp(self.losses[index, UTTERANCE]):.2f}",
            ])  # fmt: skip
        return table(["environment", "episodes", "points", "agreement", "turns", "entropy of the first strategy's family, nats",
                      "distinct-2", "perplexity of strategies", "… of utterances"], rows)  # fmt: skip

    def families(self) -> str:
        """Families that a random strategy of theirs moves the speaker to follow least often."""
        lines = []
        for name in self.recipe.dialogues:
            counts = self.evaluations[name, "forced"]["speech"]["followedByFamily"]
            weakest = sorted(counts, key=lambda family: family["followed"] / family["turns"])[:6]
            text = ", ".join(f"{f['family']} {f['followed'] / f['turns']:.2f} ({f['turns']})" for f in weakest)
            lines.append(f"- {name}: {text}")
        return "\n".join(lines)

    def frequent_utterances(self) -> str:
        counts = Counter(turn["utterance"] for found in self.transcripts.values() for episode in found for turn in episode["turns"]
                         if turn["strategy"] is not None)  # fmt: skip
        total = sum(counts.values())
        return "\n".join(f"- {100 * count / total:.2f} % {text}" for text, count in counts.most_common(FREQUENT_UTTERANCES))

    def random_dialogues(self) -> str:
        rng = random.Random(0)
        names = list(self.recipe.dialogues)
        parts = []
        for index in range(RANDOM_DIALOGUES):
            name = names[index % len(names)]
            episode = rng.choice(self.transcripts[name])
            lines = [f"{name} · {episode['scenario']} · {episode['endReason']} · {' : '.join(f'{p:.3g}' for p in episode['points'])}"]
            for turn in episode["turns"]:
                advice = "" if turn["strategy"] is None else f" [{turn['strategy']}]"
                lines.append(f"  {'AB'[turn['seat']]}{advice} {turn['utterance']}")
            parts.append("\n".join(lines))
        return "```\n" + "\n\n".join(parts) + "\n```"


def card(figures: Figures) -> str:
    recipe, shape = figures.recipe, Shape(vocabulary=figures.recipe.vocabulary, **figures.recipe.shape)
    parameters = sum(p.numel() for p in figures.model.parameters())
    environments = ", ".join(recipe.dialogues)
    corpus_tokens = len(Corpus(recipe.folder / "train.npz").ids)
    notes = HERE / f"notes-{recipe.name}.md"  # what was compared by hand: mixtures, temperatures, training
    return f"""---
license: mit
language: en
library_name: transformers
pipeline_tag: text-generation
---

# {recipe.title}

A Llama of {parameters:,} parameters that plays {environments}. It is a base from which Parley's experiments start: it
speaks the language of its environments and follows strategies, but it does not choose good ones.

## What it does

One model plays both parts of a seat: the *strategist* writes a short strategy (`keep the hats`), the *speaker* carries
it out (`Can I have 2 hats?`). A context belongs to one seat and only grows:

```
view             <bos> book 2 3 hat 2 2 ball 3 0                                   what the seat may see
own turn         <turn> 4 none 1 2 2 7<plan> keep the hats<say> Can I have 2 hats?<end>     board, strategy, utterance
partner's turn   <them> You get 1 ball.<end>                                      the utterance only
```

The partner's private facts and strategies never occur. The same pieces are in `tokenizer_config.json` under
`parley_format`, and `chat_template` writes them for the roles system, observation, strategy, assistant and user.
An empty strategy (`<plan><say>`) is an utterance without advice.

## Shape

LlamaForCausalLM, float16 file: hidden {shape.hidden}, {shape.layers} layers, {shape.heads} heads and {shape.kv_heads} key/value heads of
size {shape.head_size}, SwiGLU {shape.intermediate}, tied embeddings, RoPE theta {shape.rope_theta:.0f}, RMS epsilon {shape.rms_epsilon}, context {shape.context}.
Tokenizer: byte-level BPE of {recipe.vocabulary} tokens; every digit is a token.

## Data

{corpus_tokens / 1e6:.1f} M tokens of dialogues made by rules, no human text; only scenarios of the training split. The rule-made players have
many temperaments, weak ones among them; they see what their seat sees. {100 * figures.turns["given"]:.0f} % of the turns are given a strategy that
the player did not choose (a random one that applies, more often of a family that small models carry out badly, or one that does
not fit), {100 * figures.turns["none"]:.0f} % have none, {100 * figures.turns["noise"]:.0f} % are noise: these strategies are not learned, the utterances after them are (but for noise).

{figures.corpus_table()}

## Training

Muon (rate {recipe.muon_rate}) for the matrices between embedding and head, AdamW (.9, .95, rate {recipe.learning_rate}) for the rest; 100 warm-up steps, linear
decay from 40 % of the run, gradient norm 1, bfloat16 products, float32 weights: {figures.steps:,} steps, {figures.tokens / 1e6:.1f} M tokens, {figures.seconds / 60:.0f} minutes.
Loss weights: own strategy 1, own utterance 1 (digits in it {AMOUNT_WEIGHT:.0f}), partner's utterance .1, everything given 0.

```
for step in corpus tokenizer encode pretrain export evaluate card; do python tools/base-model/$step.py {recipe.name}; done
```

## Figures

The model with itself on held-out scenarios (test split); the strategist samples at temperature 1, the speaker at .5. ± is
the half width of the 95 % interval, clustered by situation. The environment's own reader says what an utterance did.

### As it plays

{figures.play_table()}

### Following its own strategies

{figures.speech_table("base")}

### Following strategies drawn at random among those that apply

Counterfactual adherence: the situation cannot explain the utterance.

{figures.speech_table("forced")}

Families that are followed least (share, turns):

{figures.families()}

{notes.read_text() if notes.exists() else ""}
## What it says

The {FREQUENT_UTTERANCES} most frequent utterances:

{figures.frequent_utterances()}

{RANDOM_DIALOGUES} dialogues drawn at random, strategies in brackets:

{figures.random_dialogues()}

## Limits

- It knows nothing but its environments, and counts badly where the board does not count for it.
- Points between copies of one model say little about other partners.
- Not for negotiating with people or about anything real.

Licence: MIT, like the rest of Parley.
"""


if __name__ == "__main__":
    options = recipe_parser(__doc__).parse_args()
    torch.set_num_threads(2)
    (options.recipe.published / "README.md").write_text(card(Figures(options.recipe)))
