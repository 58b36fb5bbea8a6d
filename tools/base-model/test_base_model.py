"""The pipeline on a corpus of a few lines: roles, marks, digits, optimizer.

    python -m pytest tools/base-model
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from model import LanguageModel, Shape, attend
from muon import orthogonalise
from pretrain import ROLE_WEIGHTS, mean_loss, pretrain
from recipes import load_recipe
from tokenizer import GIVEN, PARTNER, STRATEGY, UTTERANCE, Encoder, learn_tokenizer, marked_text, write_tokenizer

CONTEXT = [
    ("view", "book 2 3 hat 2 2 ball 3 0"),
    ("partner", "You get 1 ball."),
    ("board", "4 none 1 2 2 7"),
    ("strategy", "keep the hats"),
    ("utterance", "Can I have 2 hats?"),
    ("board", "3 2 0 0 none"),
    ("given-strategy", ""),
    ("noise", "Hmm 120."),
]
TEXTS = [f" {text}" for _, text in CONTEXT] * 20
tokenizer = learn_tokenizer(TEXTS, 330)
encoder = Encoder(tokenizer)


def test_every_text_comes_back_and_digits_stand_alone():
    for text in (*TEXTS, " naïve ☃ 1234", " keep  two   spaces", " 99 and 100"):
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        assert tokenizer.decode(ids, skip_special_tokens=False) == text
        for piece in (tokenizer.id_to_token(index) for index in ids):
            assert sum(letter.isdigit() for letter in piece) <= 1, piece


def test_segments_one_by_one_are_the_whole_text():
    ids, roles = encoder.context(CONTEXT)
    whole = "".join(marked_text(role, text) for role, text in CONTEXT)
    assert ids == tokenizer.encode(whole, add_special_tokens=False).ids
    assert len(roles) == len(ids)


def test_only_what_a_seat_chose_is_taught():
    ids, roles = encoder.context(CONTEXT)
    taught = {role: tokenizer.decode([i for i, r in zip(ids, roles) if r == role], skip_special_tokens=False)
              for role in (STRATEGY, UTTERANCE, PARTNER)}  # fmt: skip
    assert taught == {STRATEGY: " keep the hats<say>", UTTERANCE: " Can I have 2 hats?<end>", PARTNER: " You get 1 ball.<end>"}
    assert ROLE_WEIGHTS[GIVEN] == 0


def test_given_tokens_have_no_gradient_as_targets():
    torch.manual_seed(0)
    model = LanguageModel(Shape(vocabulary=tokenizer.get_vocab_size(), hidden=16, layers=1, heads=2, kv_heads=1, head_size=8, intermediate=32))
    ids, roles = (torch.tensor([values]) for values in encoder.context(CONTEXT))
    changed = ids.clone()
    changed[0, -1] = 9  # the last token of noise: a target without weight, and nothing follows it
    losses = [mean_loss(model, model.embed(of), of, ROLE_WEIGHTS[roles]).item() for of in (ids, changed)]
    assert losses[0] == losses[1]


def test_the_same_seed_gives_the_same_weights_bit_for_bit(tmp_path, monkeypatch):
    monkeypatch.setattr("recipes.CACHE", tmp_path)
    rng = np.random.default_rng(0)
    lengths = rng.integers(40, 200, 400)
    drawn = {"ids": rng.zipf(1.3, lengths.sum()) % 300, "roles": rng.integers(0, 4, lengths.sum())}
    trained = []
    for name in ("once", "again"):
        recipe = replace(load_recipe("parley-mini"), name=name, vocabulary=tokenizer.get_vocab_size(), steps=12)
        write_tokenizer(tokenizer, recipe.tokenizer, recipe.shape["context"])
        for split in ("train", "validation"):
            np.savez(recipe.folder / f"{split}.npz", **drawn, offsets=np.cumsum([0, *lengths]), environments=np.zeros(400, np.uint8))
        torch.compiler.reset()  # as in a process of its own
        pretrain(recipe, resume=False, threads=2)
        trained.append(torch.load(recipe.folder / "checkpoint.pt")["weights"])
    assert all(torch.equal(trained[0][name], trained[1][name]) for name in trained[0])


def test_muon_makes_updates_orthogonal():
    torch.manual_seed(0)
    for shape in ((2, 8, 24), (2, 24, 8), (1, 16, 16)):
        values = torch.linalg.svdvals(orthogonalise(torch.randn(shape)))
        assert values.min() > 0.3 and values.max() < 1.3, values


def test_a_recipe_that_varies_another_keeps_the_rest_and_is_not_shipped():
    shipped, varied = load_recipe("parley-mini"), load_recipe("parley-mini-strong")
    assert (shipped.model, str(shipped.published)) == ("builtin:parley-mini", "public/models/parley-mini")
    assert (varied.mixture, varied.shape, varied.steps) == ("strong", shipped.shape, shipped.steps)
    assert varied.model == str(varied.published) and "public" not in varied.model


def test_written_out_attention_is_the_fused_one():
    torch.manual_seed(0)
    query, key, value = torch.randn(3, 2, 4, 37, 8)
    fused = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
    assert torch.allclose(attend(query, key, value), fused, atol=1e-6)
