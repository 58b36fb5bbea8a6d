"""Writes the pre-training corpus: dialogues of rule negotiators, seen once from each seat.

    python tools/base-model/corpus.py --dialogues 120000 --seed 0 --out .cache/base-model/corpus.npz
    python tools/base-model/corpus.py --show 3            prints dialogues and the corpus' statistics

Only training scenarios are used. With `RANDOM_STRATEGY_SHARE` a turn follows a random strategy: its utterance is
learned, the strategy itself is not. That breaks the correlation of strategy and situation, so the utterance has to
listen to the strategy.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from game import MAX_TURNS, Scenario, Triple, all_scenarios, canonical_key, complement, is_pareto_optimal, scenarios_in, worth
from language import STRATEGIES, parse_utterance, render_strategy, render_utterance
from negotiators import believed_values, choose_strategy, draw_temperament, update_guess
from strategies import as_my_share, target_share
from tokenizer import VOCABULARY, board_text, decode, encode, view_text

RANDOM_STRATEGY_SHARE = 0.2
FORCED, OWN_STRATEGY, OWN_UTTERANCE, PARTNER_UTTERANCE = range(4)  # role of a token in its context


@dataclass
class Context:
    """What one seat sees, as ids and as roles of the same length."""

    ids: list[int] = field(default_factory=list)
    roles: list[int] = field(default_factory=list)

    def append(self, text: str, role: int) -> None:
        ids = encode(text)
        self.ids += ids
        self.roles += [role] * len(ids)


@dataclass
class Dialogue:
    scenario: Scenario
    contexts: tuple[Context, Context]
    kinds: tuple[str, str]  # temperaments by seat
    turns: int = 0
    deal: Triple | None = None  # seat 0's share

    def points(self) -> tuple[int, int]:
        if self.deal is None:
            return (0, 0)
        first, second = self.scenario.values
        return worth(first, self.deal), worth(second, complement(self.scenario.counts, self.deal))


def play_dialogue(scenario: Scenario, rng: random.Random) -> Dialogue:
    counts, values = scenario
    who = [draw_temperament(rng), draw_temperament(rng)]
    believed = [believed_values(who[seat], values[seat], rng) for seat in (0, 1)]
    contexts = (Context(), Context())
    for seat in (0, 1):
        contexts[seat].append("<bos> " + view_text(scenario, seat), FORCED)
    dialogue = Dialogue(scenario, contexts, (who[0].kind, who[1].kind))
    proposals: list[Triple | None] = [None, None]
    guesses = [[1.0] * 3, [1.0] * 3]  # what each seat thinks the other one likes

    for turn in range(MAX_TURNS):
        seat, other = turn % 2, 1 - turn % 2
        own_turns_left = (MAX_TURNS - turn + 1) // 2
        offer = as_my_share(counts, proposals[other])
        situation = (counts, values[seat], proposals[seat], offer)
        is_random = rng.random() < RANDOM_STRATEGY_SHARE
        if is_random:
            strategy = rng.choice([s for s in STRATEGIES if target_share(s, *situation) is not None])
        else:
            strategy = choose_strategy(
                who[seat], counts, believed[seat], proposals[seat], offer,
                own_turns_left, turn == MAX_TURNS - 1, guesses[seat], rng,
            )  # fmt: skip
        utterance = render_utterance(strategy, target_share(strategy, *situation), counts, rng)

        own = contexts[seat]
        own.append("<s> " + board_text(own_turns_left, proposals[seat], offer, values[seat]), FORCED)
        own.append(render_strategy(strategy, rng) + " </s>", FORCED if is_random else OWN_STRATEGY)
        own.append(utterance + " <e>", OWN_UTTERANCE)
        contexts[other].append("<t>", FORCED)
        contexts[other].append(utterance + " <e>", PARTNER_UTTERANCE)

        act = parse_utterance(utterance, counts)
        update_guess(guesses[other], act, counts)
        dialogue.turns += 1
        if act[0] == "accept":
            dialogue.deal = offer if seat == 0 else complement(counts, offer)
            break
        if act[0] == "propose":
            proposals[seat] = act[1]
    return dialogue


def write_corpus(path: Path, dialogues: int, seed: int) -> None:
    """ids and roles of all contexts end to end, and the offset of each context (one more than contexts)."""
    rng = random.Random(seed)
    scenarios = scenarios_in("train")
    ids, roles, offsets = bytearray(), bytearray(), [0]
    for index in range(dialogues):
        for context in play_dialogue(rng.choice(scenarios), rng).contexts:
            ids += bytes(context.ids)
            roles += bytes(context.roles)
            offsets.append(len(ids))
        if (index + 1) % 20000 == 0:
            print(f"{index + 1} dialogues, {len(ids) / 1e6:.1f} M tokens", flush=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, ids=np.frombuffer(ids, np.uint8), roles=np.frombuffer(roles, np.uint8), offsets=np.array(offsets))


def show(examples: int, seed: int) -> None:
    rng = random.Random(seed)
    scenarios = scenarios_in("train")
    sample = [play_dialogue(rng.choice(scenarios), rng) for _ in range(2000)]
    for dialogue in sample[:examples]:
        print(dialogue.scenario, dialogue.kinds, dialogue.points())
        for context in dialogue.contexts:
            print("  ", decode(context.ids))
    deals = [d for d in sample if d.deal is not None]
    lengths = [len(context.ids) for d in sample for context in d.contexts]
    keys = {canonical_key(s) for s in all_scenarios()}
    print(f"{len(VOCABULARY)} words, {len(STRATEGIES)} strategies, {len(keys)} scenarios up to symmetry")
    print({split: len(scenarios_in(split)) for split in ("train", "validation", "test")})
    print(f"points per seat {sum(sum(d.points()) for d in sample) / 4000:.2f}, agreement {len(deals) / 2000:.2f}")
    print(f"Pareto share {sum(is_pareto_optimal(d.scenario, d.deal) for d in deals) / len(deals):.2f}")
    print(f"turns {sum(d.turns for d in sample) / 2000:.2f}, tokens per context {np.mean(lengths):.0f}, max {max(lengths)}")
    for kind in ("tough", "generous", "random", "confused"):
        scores = [d.points()[seat] for d in sample for seat in (0, 1) if d.kinds[seat] == kind]
        print(f"  {kind} {np.mean(scores):.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dialogues", type=int, default=120_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path(".cache/base-model/corpus.npz"))
    parser.add_argument("--show", type=int, default=0, metavar="N")
    options = parser.parse_args()
    if options.show:
        show(options.show, options.seed)
    else:
        write_corpus(options.out, options.dialogues, options.seed)
