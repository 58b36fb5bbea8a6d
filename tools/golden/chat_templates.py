"""Writes tests/fixtures/chat-templates.json: dialogues as transformers renders them with templates of the families' shapes.

    python tools/golden/chat_templates.py

The templates are this project's own; they put the same words around messages as those of the families do, in their ways: default
system messages, trimming, dates, thoughts that are left out of history.
"""

from __future__ import annotations

import json
from pathlib import Path

from transformers.utils.chat_template_utils import render_jinja_template

FIXTURE = Path(__file__).resolve().parents[2] / "tests/fixtures/chat-templates.json"

CHATML = """{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{% endif %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"""

HEADERS = """{{- bos_token }}
{%- if not date_string is defined %}
    {%- set date_string = "26 Jul 2024" %}
{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set opening = messages[0]['content'] | trim %}
    {%- set rest = messages[1:] %}
{%- else %}
    {%- set opening = "" %}
    {%- set rest = messages %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{{- "Cutting Knowledge Date: December 2023\\n" }}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- opening }}
{{- "<|eot_id|>" }}
{%- for message in rest %}
    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}"""

THOUGHTS_LEFT_OUT = """{%- set ns = namespace(last_query=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- if message.role == 'user' and ns.last_query == messages|length - 1 %}
        {%- set ns.last_query = messages|length - 1 - loop.index0 %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- set content = message.content %}
    {%- if message.role == 'assistant' %}
        {%- set thought = '' %}
        {%- if '</think>' in content %}
            {%- set thought = content.split('</think>')[0].split('<think>')[-1].strip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query and loop.last %}
            {{- '<|im_start|>assistant\\n<think>\\n' + thought + '\\n</think>\\n\\n' + content + '<|im_end|>\\n' }}
        {%- else %}
            {{- '<|im_start|>assistant\\n' + content + '<|im_end|>\\n' }}
        {%- endif %}
    {%- else %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}"""

TAGS = """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>\\n'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}"""

# The following cannot be used, each for a reason of its own.
THOUGHTS_AT_THE_END = THOUGHTS_LEFT_OUT.replace("enable_thinking is defined and enable_thinking is false", "true")
LAST_ONLY = CHATML.replace("in messages %}", "in messages[-3:] %}").replace("loop.first and ", "false and ")
ALTERNATING = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant') }}{% endif %}{{ '<start_of_turn>' + message['role'] + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"""
COUNTING = CHATML.replace("{% for message in messages %}", "{{ 'Messages: ' + messages|length|string + '\\n' }}{% for message in messages %}")
SILENT = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '<|im_end|>' }}{% endfor %}"
PLAIN_END = CHATML.replace("<|im_end|>", "###")

TEMPLATES = {
    "chatml": ("qwen", CHATML, True),
    "headers": ("llama3", HEADERS, True),
    "thoughts left out": ("qwen", THOUGHTS_LEFT_OUT, True),
    "tags": ("tinyllama", TAGS, True),
    "thoughts at the end": ("qwen", THOUGHTS_AT_THE_END, False),
    "last only": ("qwen", LAST_ONLY, False),
    "alternating": ("qwen", ALTERNATING, False),
    "counting": ("qwen", COUNTING, False),
    "silent": ("qwen", SILENT, False),
    "plain end": ("qwen", PLAIN_END, False),
}
TOKENS = {
    "qwen": {"eos_token": "<|im_end|>"},
    "llama3": {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"},
    "tinyllama": {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"},
}
VIEW = {"role": "system", "content": "You sell a bicycle; you paid 40."}
DIALOGUES = [
    [VIEW, {"role": "user", "content": "Nothing is said yet. What is your strategy?"}],
    [
        VIEW,
        {"role": "user", "content": "Your partner: 30 for it?"},
        {"role": "user", "content": "30 on the table; 5 turns left. Strategy?"},
        {"role": "assistant", "content": "ask for 60, calmly"},
        {"role": "user", "content": "Now say it."},
        {"role": "assistant", "content": "I thought of 60 — it's new 🙂."},
        {"role": "user", "content": "Your partner: deal!"},
    ],
]


def main() -> None:
    records = []
    for name, (family, template, is_usable) in TEMPLATES.items():
        texts = []
        if is_usable:
            texts, _ = render_jinja_template(
                conversations=DIALOGUES, chat_template=template, add_generation_prompt=True, date_string="26 Jul 2024", **TOKENS[family]
            )
        records.append({"name": name, "family": family, "tokens": TOKENS[family], "template": template, "texts": texts})
    record = {"dialogues": DIALOGUES, "templates": records}
    FIXTURE.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    print(f"chat-templates.json: {len(records)} templates, {FIXTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
