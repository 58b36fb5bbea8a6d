"""Lets the base model negotiate with itself on validation scenarios and measures how well it speaks and deals.

    python tools/base-model/evaluate.py --dialogues 600 --card public/models/parley-v0/README.md

The strategist samples at temperature 1, the speaker at .5. *Counterfactual adherence*: strategies are drawn at random
instead of sampled, so following them cannot be explained by the situation. `--card` writes the figures into the card.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from export import CHECKPOINT, load_checkpoint
from game import MAX_TURNS, Scenario, Triple, complement, is_pareto_optimal, scenarios_in, worth
from language import STRATEGIES, STRATEGY_OF_TEXT, Act, Strategy, parse_utterance, render_strategy
from model import KeyValueCache, LanguageModel
from strategies import adheres, as_my_share, target_share
from tokenizer import ID_OF_WORD, board_text, decode, encode, view_text

LONGEST_STRATEGY, LONGEST_UTTERANCE = 12, 24
LONGEST_TURN = 12 + LONGEST_STRATEGY + LONGEST_UTTERANCE  # with board and end marks


@dataclass
class Turn:
    strategy: Strategy | None  # None: not a sentence of the language
    act: Act
    is_applicable: bool
    adheres: bool | None


@dataclass
class Negotiation:
    scenario: Scenario
    turns: list[Turn]
    proposals: list[Triple | None]  # by seat, as that seat's share
    deal: Triple | None = None  # seat 0's share
    is_over: bool = False

    def points(self) -> tuple[int, int]:
        if self.deal is None:
            return (0, 0)
        first, second = self.scenario.values
        return worth(first, self.deal), worth(second, complement(self.scenario.counts, self.deal))


class Contexts:
    """Growing contexts of one model. `fed` counts the ids that are in the cache already."""

    def __init__(self, model: LanguageModel, texts: list[str], generator: torch.Generator):
        self.model, self.generator = model, generator
        self.cache = KeyValueCache(model.shape, len(texts))
        self.ids = [encode(text) for text in texts]
        self.fed = [0] * len(texts)

    def feed(self, rows: list[int]) -> torch.Tensor:
        """Feeds what is new in `rows`; returns their next-token logits."""
        fresh = [self.ids[row][self.fed[row] :] for row in rows]
        lengths = [len(ids) for ids in fresh]
        padded = torch.tensor([ids + [0] * (max(lengths) - len(ids)) for ids in fresh])
        starts = torch.tensor([self.fed[row] for row in rows])
        logits = self.model.advance(padded, self.cache, torch.tensor(rows), starts, torch.tensor(lengths))
        for row in rows:
            self.fed[row] = len(self.ids[row])
        return logits

    def sample_until(self, stop: str, rows: list[int], longest: int, temperature: float) -> dict[int, str]:
        """Appends sampled ids to every row until `stop`, which is forced after `longest` ids. Temperature 0 is greedy."""
        stop_id, begin = ID_OF_WORD[stop], {row: len(self.ids[row]) for row in rows}
        going = list(rows)
        while going:
            logits = self.feed(going)
            if temperature > 0:
                chosen = torch.multinomial((logits / temperature).softmax(-1), 1, generator=self.generator)[:, 0]
            else:
                chosen = logits.argmax(-1)
            for row, token in zip(going, chosen.tolist()):
                self.ids[row].append(token)
            for row in going:
                if self.ids[row][-1] != stop_id and len(self.ids[row]) - begin[row] == longest:
                    self.ids[row].append(stop_id)
            going = [row for row in going if self.ids[row][-1] != stop_id]
        return {row: decode(self.ids[row][begin[row] : -1]) for row in rows}


@torch.no_grad()
def negotiate(
    model: LanguageModel, scenarios: list[Scenario], seed: int, strategist_temperature: float = 1.0,
    speaker_temperature: float = 0.5, force_strategies: bool = False,
) -> list[Negotiation]:  # fmt: skip
    """Plays all scenarios side by side, the model in both seats. Row 2 n + seat is a seat's context in dialogue n."""
    rng = random.Random(seed)
    generator = torch.Generator().manual_seed(seed)
    games = [Negotiation(scenario, [], [None, None]) for scenario in scenarios]
    contexts = Contexts(model, ["<bos> " + view_text(s, seat) for s in scenarios for seat in (0, 1)], generator)

    for turn in range(MAX_TURNS):
        seat, other = turn % 2, 1 - turn % 2
        for index, game in enumerate(games):
            longest = max(len(contexts.ids[2 * index + s]) for s in (0, 1))
            game.is_over |= longest + LONGEST_TURN > model.shape.context
        rows = [2 * index + seat for index, game in enumerate(games) if not game.is_over]
        if not rows:
            break
        situations = {}
        for row in rows:
            game = games[row // 2]
            counts, values = game.scenario.counts, game.scenario.values[seat]
            offer = as_my_share(counts, game.proposals[other])
            situations[row] = (counts, values, game.proposals[seat], offer)
            contexts.ids[row] += encode("<s> " + board_text((MAX_TURNS - turn + 1) // 2, game.proposals[seat], offer, values))
        if force_strategies:
            strategies = {row: render_strategy(draw_forced(situations[row], rng), rng) for row in rows}
            for row in rows:
                contexts.ids[row] += encode(strategies[row] + " </s>")
        else:
            strategies = contexts.sample_until("</s>", rows, LONGEST_STRATEGY, strategist_temperature)
        utterances = contexts.sample_until("<e>", rows, LONGEST_UTTERANCE, speaker_temperature)
        for row in rows:
            contexts.ids[row // 2 * 2 + other] += encode("<t> " + utterances[row] + " <e>")
            take_turn(games[row // 2], seat, strategies[row], utterances[row], situations[row])
    return games


def draw_forced(situation: tuple, rng: random.Random) -> Strategy:
    """A random strategy that makes sense, but never `accept`, which would end the dialogue."""
    fitting = [s for s in STRATEGIES if s[0] != "accept" and target_share(s, *situation) is not None]
    return rng.choice(fitting)


def take_turn(game: Negotiation, seat: int, strategy_text: str, utterance: str, situation: tuple) -> None:
    counts, _, _, offer = situation
    strategy = STRATEGY_OF_TEXT.get(strategy_text)
    act = parse_utterance(utterance, counts)
    if act[0] == "accept" and offer is None:
        act = ("unreadable", None)  # nothing to accept yet
    is_applicable = strategy is not None and target_share(strategy, *situation) is not None
    game.turns.append(Turn(strategy, act, is_applicable, adheres(strategy, act, *situation)))
    if act[0] == "accept":
        game.deal = offer if seat == 0 else complement(counts, offer)
        game.is_over = True
    elif act[0] == "propose":
        game.proposals[seat] = act[1]


def measure(games: list[Negotiation]) -> dict[str, float]:
    turns = [turn for game in games for turn in game.turns]
    deals = [game for game in games if game.deal is not None]
    points = np.array([np.mean(game.points()) for game in games])
    return {
        "legal": np.mean([turn.act[0] != "unreadable" for turn in turns]),
        "readable strategies": np.mean([turn.strategy is not None for turn in turns]),
        "applicable strategies": np.mean([turn.is_applicable for turn in turns]),
        "adherence": np.mean([turn.adheres for turn in turns if turn.adheres is not None]),
        "agreement": len(deals) / len(games),
        "points per seat": points.mean(),
        "points ±95 %": 1.96 * points.std() / len(points) ** 0.5,
        "Pareto share": np.mean([is_pareto_optimal(g.scenario, g.deal) for g in deals]) if deals else 0.0,
        "turns": len(turns) / len(games),
    }


def adherence_by_family(games: list[Negotiation]) -> dict[str, float]:
    by_family = defaultdict(list)
    for turn in (turn for game in games for turn in game.turns):
        if turn.adheres is not None:
            by_family[turn.strategy[0]].append(turn.adheres)
    return {family: float(np.mean(results)) for family, results in by_family.items()}


def write_card(card: Path, figures: str) -> None:
    """Replaces what stands between the card's two markers."""
    begin, end = "<!-- figures -->\n", "<!-- /figures -->"
    text = card.read_text()
    head, tail = text[: text.index(begin) + len(begin)], text[text.index(end) :]
    card.write_text(head + figures + tail)


def evaluate(options: argparse.Namespace) -> None:
    torch.set_num_threads(1)
    model = load_checkpoint(options.checkpoint)
    rng = random.Random(options.seed)
    scenarios = [rng.choice(scenarios_in("validation")) for _ in range(options.dialogues)]
    columns = {}
    for name, temperature in (("T 1", 1.0), ("T .5", 0.5), ("greedy", 0.0)):
        columns[name] = measure(negotiate(model, scenarios, options.seed + 1, temperature))
        print(name, json.dumps({key: round(float(value), 3) for key, value in columns[name].items()}), flush=True)
    forced = negotiate(model, scenarios[: options.dialogues // 3], options.seed + 2, force_strategies=True)
    counterfactual, by_family = measure(forced)["adherence"], adherence_by_family(forced)
    checked = sum(turn.adheres is not None for game in forced for turn in game.turns)
    print(f"counterfactual adherence {counterfactual:.3f} (n = {checked})", {k: round(v, 2) for k, v in by_family.items()})
    if options.card:
        lines = [f"| validation, n = {options.dialogues} | " + " | ".join(columns) + " |", "|---" * 4 + "|"]
        lines += [f"| {key} | " + " | ".join(f"{c[key]:.3f}" for c in columns.values()) + " |" for key in columns["T 1"]]
        families = ", ".join(f"{family} {value:.2f}" for family, value in sorted(by_family.items(), key=lambda x: -x[1]))
        lines += ["", f"Counterfactual adherence **{counterfactual:.3f}** (n = {checked}): {families}.", ""]
        write_card(options.card, "\n".join(lines))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT)
    parser.add_argument("--dialogues", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--card", type=Path)
    evaluate(parser.parse_args())
