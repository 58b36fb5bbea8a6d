"""Claims the corpus rests on: every word is in the vocabulary, every text means one thing, no value leaks."""

from __future__ import annotations

import random

import torch

from corpus import FORCED, play_dialogue
from game import Scenario, all_scenarios, canonical_key, complement, scenarios_in
from language import LANGUAGE, STRATEGIES, STRATEGY_OF_TEXT, parse_utterance, render_utterance
from model import KeyValueCache, LanguageModel, Shape
from strategies import adheres, target_share
from tokenizer import ID_OF_WORD, VOCABULARY, decode, encode, tokenizer_json

SCENARIO = Scenario((1, 2, 3), ((1, 3, 1), (4, 0, 2)))


def sample_dialogues(number: int):
    rng = random.Random(1)
    return [play_dialogue(rng.choice(scenarios_in("train")), rng) for _ in range(number)]


def test_there_are_5793_scenarios_and_519_up_to_symmetry():
    assert len(all_scenarios()) == 5793
    assert len({canonical_key(s) for s in all_scenarios()}) == 519


def test_swapping_seats_or_items_stays_in_the_split():
    swapped = Scenario((3, 1, 2), ((2, 4, 0), (1, 1, 3)))
    assert canonical_key(swapped) == canonical_key(SCENARIO)


def test_every_strategy_text_means_one_strategy():
    templates = {family: len(entry["templates"]) for family, entry in LANGUAGE["strategies"].items()}
    assert len(STRATEGY_OF_TEXT) == sum(templates[family] for family, _ in STRATEGIES)


def test_every_utterance_carries_out_its_strategy():
    rng = random.Random(0)
    counts, (values, _) = SCENARIO
    proposal, offer = (1, 1, 2), (0, 1, 1)
    for strategy in STRATEGIES * 40:
        share = target_share(strategy, counts, values, proposal, offer)
        if share is not None:
            act = parse_utterance(render_utterance(strategy, share, counts, rng), counts)
            assert adheres(strategy, act, counts, values, proposal, offer), (strategy, act)


def test_impossible_proposals_are_unreadable():
    counts = SCENARIO.counts
    assert parse_utterance("i would like 2 books", counts) == ("unreadable", None)
    assert parse_utterance("1 book for me and 2 hats for you", counts) == ("unreadable", None)
    assert parse_utterance("well you get 1 book", counts) == ("propose", complement(counts, (1, 0, 0)))


def test_the_tokenizer_file_gives_the_same_ids():
    tokenizer = tokenizer_json()
    for dialogue in sample_dialogues(50):
        for context in dialogue.contexts:
            text = decode(context.ids)
            assert tokenizer.encode(text).ids == context.ids == encode(text)
    assert tokenizer.encode("Keep the HATS, please").tokens == ["keep", "the", "hats", ",", "<unk>"]


def test_a_context_never_depends_on_the_partners_values():
    """The header names own values only, and the rest is board, own words and the partner's utterances."""
    for dialogue in sample_dialogues(50):
        for seat, context in enumerate(dialogue.contexts):
            values = dialogue.scenario.values[seat]
            assert [VOCABULARY[i] for i in context.ids[3:10:3]] == [str(value) for value in values]
            own_turns = context.ids.count(ID_OF_WORD["<s>"])
            assert own_turns + context.ids.count(ID_OF_WORD["<t>"]) == dialogue.turns
            assert set(context.roles[:10]) == {FORCED}


@torch.no_grad()
def test_cached_decoding_equals_the_full_forward_pass():
    torch.manual_seed(0)
    model = LanguageModel(Shape(vocabulary=20, hidden=16, layers=2, head_size=4, intermediate=24, context=32)).eval()
    ids = torch.randint(20, (2, 9))
    cache = KeyValueCache(model.shape, rows=2)
    rows = torch.tensor([0, 1])
    model.advance(ids[:, :5], cache, rows, torch.tensor([0, 0]), torch.tensor([5, 3]))  # row 1 holds padding after 3
    last = model.advance(ids[1:, 3:9], cache, torch.tensor([1]), torch.tensor([3]), torch.tensor([6]))
    assert torch.allclose(last[0], model(ids)[1, -1], atol=1e-6)
