"""The trained judge as a chat server, or examined on held-out lessons.

    python tools/judge/judge.py              serves .cache/judge/model at http://127.0.0.1:8022/v1 as parley-judge
    python tools/judge/judge.py --examine    what it selects against what it was taught, on lessons that it has not seen

Both need what `train.py` has written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LogitsProcessor, LogitsProcessorList

from question import Messages, transcript_of
from server import Answer, Question, serve
from train import HELD_OUT

LONGEST_REPLY = 120  # tokens; a reply of ten turns has forty


class OwnDraws(LogitsProcessor):
    """Sampling as the argmax of log-probs and Gumbel noise that is a question's own, whoever else asks at the same time:
    asked again, it gets the same reply."""

    def __init__(self, questions: list[str], temperatures: list[float]):
        seeds = [
            int.from_bytes(hashlib.sha256(question.encode()).digest()[:8], "big", signed=True) for question in questions
        ]
        self.generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.temperatures = torch.tensor(temperatures)[:, None]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        uniform = torch.stack([torch.rand(scores.shape[1], generator=generator) for generator in self.generators])
        return scores - self.temperatures * torch.log(-torch.log(uniform.clamp_min(1e-20)))


class Judge:
    def __init__(self, folder: Path, threads: int):
        torch.set_num_threads(threads)
        self.tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

    @torch.no_grad()
    def replies(self, questions: list[Question]) -> list[Answer]:
        texts = [
            self.tokenizer.apply_chat_template(one.messages, add_generation_prompt=True, tokenize=False)
            for one in questions
        ]
        prompts = self.tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
        own_draws = OwnDraws(texts, [one.temperature for one in questions])
        longest = min(LONGEST_REPLY, max(one.token_limit for one in questions))
        written = self.model.generate(
            input_ids=prompts.input_ids, attention_mask=prompts.attention_mask, do_sample=False,
            max_new_tokens=longest, logits_processor=LogitsProcessorList([own_draws]),
        )[:, prompts.input_ids.shape[1] :]  # fmt: skip
        answers = []
        for ids, mask in zip(written, prompts.attention_mask):
            ended = (ids == self.tokenizer.eos_token_id).nonzero()
            length = int(ended[0]) if len(ended) else len(ids)
            text = self.tokenizer.decode(ids[:length])
            answers.append(Answer(text, int(mask.sum()), length, is_complete=len(ended) > 0))
        return answers


def selected(reply: str) -> set[int] | None:
    try:
        return set(json.loads(reply)["indexes"])
    except (ValueError, KeyError, TypeError):
        return None


def examine(judge: Judge, lessons: list[tuple[Messages, str]]) -> None:
    for temperature in (0.0, 0.7):
        found = []
        questions = [Question(messages, temperature, LONGEST_REPLY) for messages, _ in lessons]
        for start in range(0, len(questions), 100):
            found += judge.replies(questions[start : start + 100])
        told = [(selected(answer.text), selected(reply) or set()) for answer, (_, reply) in zip(found, lessons)]
        readable = [(got, taught) for got, taught in told if got is not None]
        both = sum(len(got & taught) for got, taught in readable)
        got_all, taught_all = sum(len(got) for got, _ in readable), sum(len(taught) for _, taught in readable)
        print(f"temperature {temperature}: readable {len(readable) / len(told):.3f}, the same selection "
              f"{sum(got == taught for got, taught in readable) / len(readable):.3f}, precision {both / max(1, got_all):.3f}, "
              f"recall {both / max(1, taught_all):.3f}")  # fmt: skip
    last = [
        ({2 * len(transcript_of(messages).strategies) - 1}, selected(reply) or set()) for messages, reply in lessons
    ]
    print(f"always the last strategy: the same selection {sum(a == b for a, b in last) / len(last):.3f}; "
          f"none: {sum(not b for _, b in last) / len(last):.3f}")  # fmt: skip
    for answer in found[:5]:
        print(answer.text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(".cache/judge"))
    parser.add_argument("--port", type=int, default=8022)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--examine", action="store_true")
    options = parser.parse_args()
    judge = Judge(options.folder / "model", options.threads)
    if options.examine:
        with (options.folder / "lessons.jsonl").open() as lines:
            examine(judge, [json.loads(line) for line in lines][-HELD_OUT:])
    else:
        serve("parley-judge", judge.replies, options.port)
