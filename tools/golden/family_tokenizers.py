"""Writes tests/fixtures/tokenizers/: small tokenizers with the exact pipelines of the model families, and what they say.

    python tools/golden/family_tokenizers.py

`FAMILY/tokenizer.json` and `tokenizer_config.json`: trained here, with the normaliser, pre-tokeniser, model options, decoder and
added tokens of the family's own files. String i is as many pieces of text as `check_integers` draws under the name "string i length",
and those it draws under "string i" (`src/gpu/checks/inputs.ts` repeats it). `FAMILY/golden.json`: the pieces, their ids and
decoded texts, and for every hundred strings the hash of their ids and of their decoded texts.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parents[1] / "tests/fixtures/tokenizers"
sys.path.insert(0, str(HERE / "kernels"))
from common import check_integers, hash32  # noqa: E402

STRINGS = 10_000
BLOCK = 100
LONGEST = 8
JS_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What `String.prototype.trim` takes away."""

FRAGMENTS = [
    # words, contractions in both cases, names
    "Hello", " the", " hats", "I'll", " don't", "IT'S", "we've", " o'clock", "'re", "'M", "rock'n'roll", " a", "zzxq",
    # composed and decomposed letters: NFC changes some of them
    "naïve", "e\u0301", " Zu\u0308rich", "straße", "\u212b", "ﬁn", "İstanbul", "\u1100\u1161\u11a8", "한국어", "n\u0303\u0301",
    # other scripts, one without spaces, one from right to left, one with marks, one beyond the first plane
    "日本語", "中文字", " العربية", "हिन्दी", "ไทย", "Ελληνικά", " русский", "𝔘𝔫𝔦", "אבג",
    # emoji: single, joined, with a skin tone, a flag, with a selector
    "😀", "👩‍👩‍👧", "✊🏽", "🇩🇪", "❤️", " 🤖",
    # spaces of every kind, alone and in runs
    " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", " \n", "\n ", "\u00a0", "\u3000", "\u200b", "\u2028", "\ufeff", "\u0085", "\v",
    # digits and numbers
    "0", "12", " 345", "1234567", "3.14", "1,000", "３４", "٣٤", "½", "²", " 2nd",
    # punctuation and code
    "!", "?!", "...", " —", "“so”", "#", "@me", "_", "snake_case", "camelCase", " x = y+1;", "{\n  b();\n}\n", "a->b", "\\n", "`", "/", "//",
    "https://example.org/?q=1&r=%20", "<", ">", "<|", "|>", "$", " (", ")", "[[", "]]", "''", "\"",
    # control characters
    "\x00", "\x1b", "\x7f", "\u0301", "\u200d",
    # added tokens of the families, whole and broken; in a text they stand for themselves
    "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|begin_of_text|>", "<|eot_id|>", "<s>", "</s>", "<unk>", "<|im_", "im_end|>", "</ s>",
]  # fmt: skip


def string(number: int, fragments: list[str], name: str = "string") -> str:
    count = 1 + int(check_integers(f"{name} {number} length", LONGEST, 1)[0])
    return "".join(fragments[place] for place in check_integers(f"{name} {number}", len(fragments), count).tolist())


def corpus() -> list[str]:
    """What they are trained on: other strings of the same pieces, added tokens left out."""
    plain = [fragment for fragment in FRAGMENTS if not fragment.startswith(("<", "</"))]
    return [string(number, plain, "corpus") for number in range(2000)]


QWEN_PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3_PATTERN = QWEN_PATTERN.replace(r"|\p{N}|", r"|\p{N}{1,3}|")


def special(*texts: str) -> list[AddedToken]:
    return [AddedToken(text, special=True, normalized=False) for text in texts]


def byte_level_trainer(size: int) -> trainers.BpeTrainer:
    return trainers.BpeTrainer(vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)


def smollm2() -> tuple[Tokenizer, list[AddedToken]]:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
    )
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=True, trim_offsets=True, use_regex=True)
    return tokenizer, special("<|endoftext|>", "<|im_start|>", "<|im_end|>")


def split_by(pattern: str) -> pre_tokenizers.Sequence:
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated", invert=False),
            pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
        ]
    )


def qwen() -> tuple[Tokenizer, list[AddedToken]]:
    tokenizer = Tokenizer(models.BPE(continuing_subword_prefix="", end_of_word_suffix="", fuse_unk=False, byte_fallback=False))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = split_by(QWEN_PATTERN)
    tokenizer.post_processor = processors.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    return tokenizer, special("<|endoftext|>", "<|im_start|>", "<|im_end|>")


def llama3() -> tuple[Tokenizer, list[AddedToken]]:
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = split_by(LLAMA3_PATTERN)
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=True, trim_offsets=True, use_regex=True)
    return tokenizer, special("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")


def tinyllama() -> tuple[Tokenizer, list[AddedToken]]:
    """SentencePiece's BPE as Llama 1 and 2 have it: spaces are letters, unknown characters become their bytes."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return tokenizer, special("<unk>", "<s>", "</s>")


def trained(name: str, size: int) -> Tokenizer:
    tokenizer, added = FAMILIES[name]()
    if name == "tinyllama":
        # The bytes come right after the special tokens. The alphabet is limited: some characters must fall back.
        trainer = trainers.BpeTrainer(
            vocab_size=size, special_tokens=[*added, *(f"<0x{byte:02X}>" for byte in range(256))], limit_alphabet=60, show_progress=False
        )
        # Words are merged across spaces otherwise: SentencePiece does not.
        tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
        tokenizer.train_from_iterator(corpus(), trainer)
        tokenizer.pre_tokenizer = None
        record = json.loads(tokenizer.to_str())
        record["added_tokens"] = [token for token in record["added_tokens"] if not token["content"].startswith("<0x")]
        return Tokenizer.from_str(json.dumps(record))
    tokenizer.train_from_iterator(corpus(), byte_level_trainer(size))
    tokenizer.add_special_tokens(added)
    if name == "llama3":
        tokenizer.post_processor = processors.Sequence(
            [
                processors.ByteLevel(trim_offsets=False),
                processors.TemplateProcessing(
                    single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|> $B:1",
                    special_tokens=[("<|begin_of_text|>", tokenizer.token_to_id("<|begin_of_text|>"))],
                ),
            ]
        )  # fmt: skip
    return tokenizer


FAMILIES = {"smollm2": smollm2, "llama3": llama3, "qwen": qwen, "tinyllama": tinyllama}
CONFIGS = {
    "smollm2": {"tokenizer_class": "GPT2Tokenizer", "bos_token": "<|im_start|>", "eos_token": "<|im_end|>", "unk_token": "<|endoftext|>", "add_prefix_space": False},
    "llama3": {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"},
    "qwen": {"tokenizer_class": "Qwen2Tokenizer", "bos_token": None, "eos_token": "<|im_end|>", "unk_token": None, "add_prefix_space": False},
    "tinyllama": {"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "legacy": False, "add_bos_token": True},
}  # fmt: skip


def encoded(tokenizer: Tokenizer, text: str) -> tuple[list[int], str]:
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    decoded = tokenizer.decode(ids, skip_special_tokens=True)
    if tokenizer.normalizer is not None and tokenizer.pre_tokenizer is None:
        # The lab's library takes some byte order marks out of text that it puts together from single bytes.
        decoded = decoded.replace("\ufeff", "")
    return ids, decoded.strip(JS_SPACE)


def golden_record(tokenizer: Tokenizer) -> dict:
    blocks = []
    for first in range(0, STRINGS, BLOCK):
        pairs = [encoded(tokenizer, string(number, FRAGMENTS)) for number in range(first, first + BLOCK)]
        ids_text = ";".join(" ".join(map(str, ids)) for ids, _ in pairs)
        decoded = ";".join(text.encode("utf-8").hex() for _, text in pairs)
        blocks.append([hash32(ids_text), hash32(decoded)])
    alone = [[fragment, *encoded(tokenizer, fragment)] for fragment in FRAGMENTS]
    return {"fragments": alone, "blockSize": BLOCK, "longest": LONGEST, "blocks": blocks}


def main() -> None:
    for name in FAMILIES:
        folder = FIXTURES / name
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer = trained(name, 520)
        tokenizer.save(str(folder / "tokenizer.json"))
        compact = json.dumps(json.loads((folder / "tokenizer.json").read_text()), ensure_ascii=False, separators=(",", ":"))
        (folder / "tokenizer.json").write_text(compact + "\n")
        config = {**CONFIGS[name], "clean_up_tokenization_spaces": False, "model_max_length": 2048}
        (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
        text = json.dumps(golden_record(tokenizer), separators=(",", ":"))
        (folder / "golden.json").write_text(text + "\n")
        print(f"{name}: {tokenizer.get_vocab_size()} tokens, {(len(compact) + len(text)) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
