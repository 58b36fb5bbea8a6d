import { describe, expect, test } from 'vitest';
import { fixtureFolder, readFixture } from '../../../tests/fixtureFiles.ts';
import { weightShapes } from '../modelConfig.ts';
import type { Weights } from '../weights.ts';
import { loadCheckpoint, saveCheckpoint } from './huggingFace.ts';
import { HuggingFaceConfig, modelConfigFrom } from './huggingFaceConfig.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

const utf8 = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

async function fixtureJson(name: string): Promise<Record<string, unknown>> {
  // The fixture's files are objects.
  return JSON.parse(new TextDecoder().decode((await readFixture(name)) ?? new Uint8Array())) as Record<string, unknown>;
}

async function fixtureTensors(name: string): Promise<Map<string, { shape: readonly number[]; data: Float32Array }>> {
  return new Map(readSafetensors((await readFixture(name)) ?? new Uint8Array()).tensors);
}

/** The code of the AppError that loading the tiny model with these files changed ends in. */
async function refusal(changes: Record<string, Uint8Array | null>): Promise<unknown> {
  return loadCheckpoint(fixtureFolder('tiny-llama', changes)).then(
    () => 'loaded',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}

const refusalOfConfig = async (changes: Record<string, unknown>) =>
  refusal({ 'config.json': utf8({ ...(await fixtureJson('tiny-llama/config.json')), ...changes }) });

async function refusalOfTensors(
  change: (tensors: Map<string, { shape: readonly number[]; data: Float32Array }>) => void,
) {
  const tensors = await fixtureTensors('tiny-llama/model.safetensors');
  change(tensors);
  return refusal({ 'model.safetensors': writeSafetensors(tensors) });
}

describe('a folder that transformers wrote', () => {
  test('of version 4: tied embeddings, rope_theta at the top', async () => {
    const { config, weights, tokenizer, generation } = await loadCheckpoint(fixtureFolder('tiny-llama'));
    expect(config).toEqual({
      hiddenSize: 32,
      intermediateSize: 48,
      layerCount: 2,
      headCount: 4,
      keyValueHeadCount: 2,
      headSize: 8,
      vocabularySize: 61,
      contextLength: 256,
      rmsNormEpsilon: 1e-5,
      ropeTheta: 10_000,
      isHeadTied: true,
    });
    expect([...weights.keys()]).toEqual([...weightShapes(config).keys()]);
    expect(tokenizer.vocabularySize).toBe(61);
    expect(generation).toEqual({ bosTokenId: 1, eosTokenIds: [3], padTokenId: 0 });
  });

  test('of version 5: a head of its own, rope_parameters', async () => {
    const { config, weights, chatFormat } = await loadCheckpoint(fixtureFolder('tiny-llama-untied'));
    expect(config).toMatchObject({
      ropeTheta: 5000,
      headCount: 3,
      keyValueHeadCount: 1,
      headSize: 16,
      isHeadTied: false,
    });
    expect(weights.get('lm_head.weight')?.shape).toEqual([53, 24]);
    expect(chatFormat.openOwnTurn('4 none none')).toHaveLength(4);
  });

  test('of the other families: what departs from a Llama is told, and has its weights', async () => {
    const scaled = await loadCheckpoint(fixtureFolder('tiny-llama3-rope'));
    expect(scaled.config.ropeScaling).toEqual({
      factor: 8,
      lowFrequencyFactor: 0.4,
      highFrequencyFactor: 2,
      originalContextLength: 16,
    });
    expect(scaled.config).toMatchObject({ hiddenSize: 16, headCount: 4, headSize: 8 });
    const biased = await loadCheckpoint(fixtureFolder('tiny-qwen2'));
    expect(biased.config.attentionVariant).toBe('biased');
    expect(biased.weights.get('model.layers.1.self_attn.k_proj.bias')?.shape).toEqual([8]);
    const normed = await loadCheckpoint(fixtureFolder('tiny-qwen3'));
    expect(normed.config.attentionVariant).toBe('headNormed');
    expect(normed.weights.get('model.layers.1.self_attn.k_norm.weight')?.shape).toEqual([12]);
  });

  test.each(['f16', 'bf16'])('in %s: the numbers are the rounded ones', async (kind) => {
    const rounded = await readFixture(`tiny-llama/model-${kind}.safetensors`);
    const { weights } = await loadCheckpoint(fixtureFolder('tiny-llama', { 'model.safetensors': rounded }));
    const exact = await fixtureTensors('tiny-llama/model.safetensors');
    const relative = kind === 'f16' ? 2 ** -11 : 2 ** -8;
    for (const [name, { data }] of weights) {
      data.forEach((value, index) => {
        const full = exact.get(name)?.data[index] ?? NaN;
        expect(Math.abs(value - full)).toBeLessThanOrEqual(Math.max(Math.abs(full) * relative, 2 ** -25));
      });
    }
  });

  test('in shards', async () => {
    const tensors = await fixtureTensors('tiny-llama/model.safetensors');
    const names = [...tensors.keys()];
    const shards: [string, Weights][] = [0, 1].map((shard) => [
      `model-0000${shard + 1}-of-00002.safetensors`,
      new Map([...tensors].filter((_, index) => index % 2 === shard)),
    ]);
    const index = { weight_map: Object.fromEntries(names.map((name, at) => [name, shards[at % 2]?.[0]])) };
    const sharded = {
      'model.safetensors': null,
      'model.safetensors.index.json': utf8(index),
      ...Object.fromEntries(shards.map(([name, part]) => [name, writeSafetensors(part)])),
    };
    const { weights } = await loadCheckpoint(fixtureFolder('tiny-llama', sharded));
    expect(new Map(weights)).toEqual(tensors);
    expect(await refusal({ ...sharded, 'model-00002-of-00002.safetensors': null })).toBe('model-file-missing');
    const escaping = { weight_map: { [names[0] ?? '']: '../secrets/x.safetensors' } };
    expect(await refusal({ ...sharded, 'model.safetensors.index.json': utf8(escaping) })).toBe('model-file-damaged');
  });
});

describe('saving', () => {
  test('gives the files back, and the weights bit for bit', async () => {
    const checkpoint = await loadCheckpoint(fixtureFolder('tiny-llama'));
    const saved = Object.fromEntries(saveCheckpoint(checkpoint).map(({ name, bytes }) => [name, bytes]));
    expect(Object.keys(saved).sort()).toEqual(
      ['config.json', 'generation_config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'].sort(),
    );
    expect(saved['tokenizer.json']).toEqual(await readFixture('tiny-llama/tokenizer.json'));
    const again = await loadCheckpoint(fixtureFolder('nowhere', saved));
    expect(new Map(again.weights)).toEqual(new Map(checkpoint.weights));
    expect(again.config).toEqual(checkpoint.config);
  });

  test('says float32, whatever the type it was loaded from, and keeps the other keys', async () => {
    const raw = { ...(await fixtureJson('tiny-llama/config.json')), torch_dtype: 'bfloat16', my_key: [1, 2] };
    const checkpoint = await loadCheckpoint(fixtureFolder('tiny-llama', { 'config.json': utf8(raw) }));
    const saved = saveCheckpoint(checkpoint).find(({ name }) => name === 'config.json');
    expect(JSON.parse(new TextDecoder().decode(saved?.bytes))).toEqual({ ...raw, torch_dtype: 'float32' });
  });
});

describe('what cannot be computed correctly is refused', () => {
  test.each([
    [{ model_type: 'gpt2' }, 'model-unsupported'],
    [{ hidden_act: 'gelu' }, 'model-unsupported'],
    [{ attention_bias: true }, 'model-unsupported'],
    [{ mlp_bias: true }, 'model-unsupported'],
    [{ rope_scaling: { type: 'linear', factor: 2 } }, 'model-unsupported'],
    [{ rope_parameters: { rope_theta: 1e4, rope_type: 'yarn' } }, 'model-unsupported'],
    [{ rope_scaling: { rope_type: 'llama3', factor: 8 } }, 'model-unsupported'],
    [{ model_type: 'gemma3_text' }, 'model-unsupported'],
    [{ model_type: 'constructor' }, 'model-unsupported'],
    [{ use_sliding_window: true }, 'model-unsupported'],
    [{ layer_types: ['full_attention', 'sliding_attention'] }, 'model-unsupported'],
    [{ quantization_config: { quant_method: 'gptq' } }, 'model-unsupported'],
    [{ model_type: 'qwen2' }, 'model-tensors'],
    [{ model_type: 'qwen3' }, 'model-tensors'],
    [{ num_key_value_heads: 3 }, 'model-unsupported'],
    [{ head_dim: 7 }, 'model-unsupported'],
    [{ vocab_size: 40 }, 'model-unsupported'],
    [{ hidden_size: 'big' }, 'model-file-damaged'],
    [{ num_hidden_layers: 3 }, 'model-tensors'],
    [{ num_hidden_layers: 1 }, 'model-tensors'],
    [{ intermediate_size: 44 }, 'model-tensors'],
    [{ tie_word_embeddings: false }, 'model-tensors'],
  ])('config.json with %o', async (changes, code) => {
    expect(await refusalOfConfig(changes)).toBe(code);
  });

  test('tensors that are missing, of another shape, unknown, or not finite', async () => {
    const norm = 'model.norm.weight';
    expect(await refusalOfTensors((tensors) => tensors.delete(norm))).toBe('model-tensors');
    expect(await refusalOfTensors((tensors) => tensors.set(norm, { shape: [2, 16], data: new Float32Array(32) }))).toBe(
      'model-tensors',
    );
    expect(await refusalOfTensors((tensors) => tensors.set('extra', { shape: [1], data: new Float32Array(1) }))).toBe(
      'model-tensors',
    );
    expect(await refusalOfTensors((tensors) => tensors.get(norm)?.data.fill(NaN, 3, 4))).toBe('model-not-finite');
    expect(await refusalOfTensors((tensors) => tensors.get(norm)?.data.fill(-Infinity, 3, 4))).toBe('model-not-finite');
  });

  test('but tensors that repeat what is known may stay', async () => {
    const tied = (tensors: Map<string, { shape: readonly number[]; data: Float32Array }>, factor: number) => {
      const embedding = tensors.get('model.embed_tokens.weight');
      if (!embedding) throw new Error('no embedding');
      tensors.set('lm_head.weight', { shape: embedding.shape, data: embedding.data.map((value) => value * factor) });
    };
    expect(await refusalOfTensors((tensors) => tied(tensors, 1))).toBe('loaded');
    expect(await refusalOfTensors((tensors) => tied(tensors, 2))).toBe('model-tensors');
    const frequencies = 'model.layers.0.self_attn.rotary_emb.inv_freq';
    expect(
      await refusalOfTensors((tensors) => tensors.set(frequencies, { shape: [4], data: new Float32Array(4) })),
    ).toBe('loaded');
  });

  test('files that are missing or broken', async () => {
    expect(await refusal({ 'config.json': null })).toBe('model-file-missing');
    expect(await refusal({ 'model.safetensors': null })).toBe('model-file-missing');
    expect(await refusal({ 'config.json': new TextEncoder().encode('<!doctype html>') })).toBe('model-file-damaged');
    expect(await refusal({ 'model.safetensors': new TextEncoder().encode('<!doctype html>') })).toBe(
      'safetensors-damaged',
    );
    expect(await refusal({ 'tokenizer.json': utf8({}) })).toBe('tokenizer-unusable');
    expect(await refusal({ 'tokenizer_config.json': utf8({}) })).toBe('chat-format-missing');
    expect(await refusal({ 'generation_config.json': null })).toBe('loaded');
  });
});

test('defaults of transformers: one key/value head per head, theta 10000, head size from the hidden size', () => {
  const raw = HuggingFaceConfig.parse({
    model_type: 'llama',
    hidden_size: 32,
    intermediate_size: 48,
    num_hidden_layers: 1,
    num_attention_heads: 4,
    vocab_size: 10,
    max_position_embeddings: 64,
    rms_norm_eps: 1e-6,
  });
  expect(modelConfigFrom(raw)).toMatchObject({
    keyValueHeadCount: 4,
    headSize: 8,
    ropeTheta: 10_000,
    isHeadTied: false,
  });
});
