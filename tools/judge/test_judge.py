"""Reading the lab's question, and what is taught about it.

python -m pytest tools/judge
"""

from __future__ import annotations

import json

import torch

from judge import OwnDraws
from lessons import Side, expected_scores, reply, sides_of
from question import Transcript, transcript_of
from train import ROLES, base_model, extended_vocabulary, fixed_pieces, prompt_text

TRANSCRIPT = {
    "score": 8,
    "end": "agreement",
    "messages": [
        {"index": 0, "from": "situation", "situation": "Two divide 3 books.", "goal": "book 3", "said": []},
        {"index": 1, "from": "strategist", "strategy": "ask for all"},
        {
            "index": 2,
            "from": "conversation",
            "act": "propose",
            "said": [{"name": "opens", "text": "All for me."}, {"name": "answers", "text": "One is mine."}],
        },
        {"index": 3, "from": "strategist", "strategy": "take it"},
        {"index": 4, "from": "conversation", "act": "accept", "said": [{"name": "opens", "text": "Fine."}]},
    ],
}


def question(mark: str = "0123456789ab", score: int = 8) -> list[dict[str, str]]:
    transcript = json.dumps({**TRANSCRIPT, "score": score}, indent=1)
    user = f"What follows.\n\nTRANSCRIPT {mark}\n{transcript}\nTRANSCRIPT {mark}\n\nWhich were critical?"
    return [{"role": "system", "content": f"You assess. TRANSCRIPT {mark}."}, {"role": "user", "content": user}]


def test_a_question_is_taken_apart():
    assert transcript_of(question()) == Transcript(
        ("ask for all", "take it"), ("All for me.", "One is mine.", "Fine."), 8.0
    )


def test_turns_over_which_the_expectation_rises_are_critical_the_two_largest_at_most():
    assert json.loads(reply([5.0, 7.5], 7.6))["indexes"] == [1]
    assert json.loads(reply([5.0, 5.5, 5.9], 0))["indexes"] == []
    assert json.loads(reply([1.0, 2.5, 5.0, 6.2], 8.4))["indexes"] == [3, 7]
    assert json.loads(reply([5.0, 7.5], 7.6))["reasoning"] == "Expected 5, after 1: 8, 3: 8."


def episode(seed: int) -> dict:
    """The first seat is offered either everything or nothing, and takes it."""
    offer = 10.0 if seed % 2 else 0.0
    turns = [
        {"seat": 0, "board": "5 none none", "strategy": "ask", "utterance": "?", "offerValue": None, "action": {"kind": "talk"}},
        {"seat": 1, "board": "4 none none", "strategy": "say", "utterance": f"{offer}", "offerValue": None,
         "action": {"kind": "propose", "share": [0]}},
        {"seat": 0, "board": "3 none", "strategy": "take", "utterance": "Fine.", "offerValue": offer, "action": {"kind": "accept"}},
    ]  # fmt: skip
    return {"scenario": {"values": [[10], [10]]}, "points": [offer, 10 - offer], "turns": turns}


def test_what_is_expected_follows_the_offer_on_the_table():
    sides: list[Side] = [side for seed in range(200) for side in sides_of(episode(seed))]
    expected = expected_scores(sides, steps=300)
    nothing, everything = (expected[2 * seed] for seed in (0, 1))
    assert abs(nothing[0] - 5) < 1 and abs(everything[0] - 5) < 1
    assert nothing[1] < 1 and everything[1] > 9


def test_what_every_question_says_is_one_token_and_what_differs_is_none():
    texts = [one["content"] for number in range(9) for one in question(f"{number}123456789ab", number)]
    pieces = fixed_pieces(texts)
    assert "You assess. TRANSCRIPT " in pieces
    assert not any("book" in piece or "ask for all" in piece or "Fine" in piece for piece in pieces)


def test_the_built_in_model_gets_rows_for_new_tokens_and_keeps_its_own():
    vocabulary = extended_vocabulary(["You assess. TRANSCRIPT "])
    model = base_model(vocabulary)
    known = vocabulary.encode(" keep the hats", add_special_tokens=False).ids
    assert max(known) < 512 and model.shape.vocabulary == 512 + len(ROLES) + 1
    ids = vocabulary.encode(prompt_text(question()), add_special_tokens=False).ids
    assert vocabulary.decode(ids, skip_special_tokens=False) == prompt_text(question())


def test_draws_are_a_questions_own_and_temperature_0_is_greedy():
    scores = torch.tensor([[0.0, 1.0, 2.0, 3.0]]).expand(3, 4)
    together, alone = OwnDraws(["one", "two", "three"], [1.0, 1.0, 0.0]), OwnDraws(["two"], [1.0])
    drawn = torch.stack([together(None, scores).argmax(-1) for _ in range(40)])
    assert drawn[:, 1].tolist() == [int(alone(None, scores[:1]).argmax()) for _ in range(40)]
    assert drawn[:, 0].tolist() != drawn[:, 1].tolist()
    assert set(drawn[:, 2].tolist()) == {3}
