"""The training model: a small Llama in plain PyTorch, parameter names as in Hugging Face's checkpoints.

Shapes: B contexts, T tokens, D hidden, H query heads, K key/value heads, S size of a head.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    vocabulary: int
    hidden: int = 64
    layers: int = 3
    heads: int = 4
    kv_heads: int = 2
    head_size: int = 16
    intermediate: int = 176
    context: int = 256
    rope_theta: float = 10000.0
    rms_epsilon: float = 1e-5


class RMSNorm(nn.Module):
    def __init__(self, size: int, epsilon: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.weight


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions on halves. x [B, T, heads, S]; cos, sin [B or 1, T, 1, S/2]."""
    first, second = x.chunk(2, -1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


LONGEST_WRITTEN_OUT = 256
"""Contexts up to here are attended to by two plain products: on CPUs 1.6 (128 tokens) and 1.2 times (256) as many tokens/s as
the fused kernel, whose backward pass is slow; .8 times with 512."""


def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Causal attention; all [B, heads, T, S]."""
    length = query.shape[2]
    if length > LONGEST_WRITTEN_OUT:
        return F.scaled_dot_product_attention(query, key, value, is_causal=True)
    scores = (query @ key.transpose(-1, -2)) * query.shape[3] ** -0.5
    future = torch.ones(length, length, dtype=torch.bool, device=query.device).triu(1)
    return torch.softmax(scores.float().masked_fill(future, -torch.inf), -1).to(value.dtype) @ value


class Attention(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.q_proj = nn.Linear(shape.hidden, shape.heads * shape.head_size, bias=False)
        self.k_proj = nn.Linear(shape.hidden, shape.kv_heads * shape.head_size, bias=False)
        self.v_proj = nn.Linear(shape.hidden, shape.kv_heads * shape.head_size, bias=False)
        self.o_proj = nn.Linear(shape.heads * shape.head_size, shape.hidden, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        shape = self.shape
        batch, length, _ = x.shape
        query = rotate(self.q_proj(x).view(batch, length, shape.heads, shape.head_size), cos, sin)
        key = rotate(self.k_proj(x).view(batch, length, shape.kv_heads, shape.head_size), cos, sin)
        value = self.v_proj(x).view(batch, length, shape.kv_heads, shape.head_size)
        group = shape.heads // shape.kv_heads
        key, value = (t.repeat_interleave(group, 2).transpose(1, 2) for t in (key, value))
        mixed = attend(query.transpose(1, 2), key, value)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, -1))


class FeedForward(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.gate_proj = nn.Linear(shape.hidden, shape.intermediate, bias=False)
        self.up_proj = nn.Linear(shape.hidden, shape.intermediate, bias=False)
        self.down_proj = nn.Linear(shape.intermediate, shape.hidden, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.input_layernorm = RMSNorm(shape.hidden, shape.rms_epsilon)
        self.self_attn = Attention(shape)
        self.post_attention_layernorm = RMSNorm(shape.hidden, shape.rms_epsilon)
        self.mlp = FeedForward(shape)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Backbone(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.hidden)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = RMSNorm(shape.hidden, shape.rms_epsilon)


class LanguageModel(nn.Module):
    """Embeddings are tied: the same matrix reads tokens and scores them."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.model = Backbone(shape)
        frequency = shape.rope_theta ** (-torch.arange(0, shape.head_size, 2).float() / shape.head_size)
        angle = torch.arange(shape.context).float()[:, None] * frequency
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)
        residual_scale = (2 * shape.layers) ** -0.5
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                scale = 0.02 if "embed" in name else parameter.shape[1] ** -0.5
                if name.endswith(("o_proj.weight", "down_proj.weight")):
                    scale *= residual_scale
                nn.init.normal_(parameter, std=scale)

    def embed(self, ids: Tensor) -> Tensor:
        """Embeddings [B, T, D] of ids [B, T]."""
        return self.model.embed_tokens(ids)

    def logits(self, embedded: Tensor) -> Tensor:
        """Scores [B, T, V] of the next tokens, from embeddings [B, T, D]."""
        length = embedded.shape[1]
        cos, sin = self.cos[None, :length, None], self.sin[None, :length, None]
        x = embedded
        for layer in self.model.layers:
            x = layer(x, cos, sin)
        return F.linear(self.model.norm(x), self.model.embed_tokens.weight)

    def forward(self, ids: Tensor) -> Tensor:
        return self.logits(self.embed(ids))
