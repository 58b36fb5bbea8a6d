import { beforeAll, describe, expect, test } from 'vitest';
import { fixtureFolder, readFixture } from '../../../tests/fixtureFiles.ts';
import type { ModelConfig } from '../modelConfig.ts';
import { loadCheckpoint } from './huggingFace.ts';
import { readAdapter, scaleOf, writeAdapter } from './peft.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

const utf8 = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const text = (bytes: Uint8Array | null | undefined) => new TextDecoder().decode(bytes ?? new Uint8Array());
const ADAPTER = 'tiny-llama/adapter';
let config: ModelConfig;

beforeAll(async () => {
  ({ config } = await loadCheckpoint(fixtureFolder('tiny-llama')));
});

async function refusal(changes: Record<string, Uint8Array | null>): Promise<unknown> {
  return readAdapter(fixtureFolder(ADAPTER, changes), config).then(
    () => 'read',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}

test('reads what PEFT wrote', async () => {
  const adapter = await readAdapter(fixtureFolder(ADAPTER), config);
  expect(adapter).toMatchObject({ rank: 4, alpha: 8 });
  expect(scaleOf(adapter)).toBe(2);
  expect(adapter.factors.size).toBe(2 * 2 * 7);
  expect(adapter.factors.get('model.layers.1.mlp.up_proj.lora_B')?.shape).toEqual([48, 4]);
});

test('writes the keys and tensors that PEFT writes, and reads its own files back', async () => {
  const adapter = await readAdapter(fixtureFolder(ADAPTER), config);
  const files = Object.fromEntries(writeAdapter(adapter, 'parley-mini').map(({ name, bytes }) => [name, bytes]));
  expect(Object.keys(files).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
  const theirs = readSafetensors(
    (await readFixture(`${ADAPTER}/adapter_model.safetensors`)) ?? new Uint8Array(),
  ).tensors;
  const ours = readSafetensors(files['adapter_model.safetensors'] ?? new Uint8Array()).tensors;
  expect(new Map([...ours].sort())).toEqual(new Map([...theirs].sort()));
  expect(JSON.parse(text(files['adapter_config.json']))).toEqual({
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: 'parley-mini',
    r: 4,
    lora_alpha: 8,
    lora_dropout: 0,
    bias: 'none',
    target_modules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
    inference_mode: true,
  });
  expect(await readAdapter(fixtureFolder('nowhere', files), config)).toEqual(adapter);
});

describe('what would be applied wrongly is refused', () => {
  test.each([
    { use_dora: true },
    { use_rslora: true },
    { rank_pattern: { q_proj: 2 } },
    { alpha_pattern: { q_proj: 2 } },
    { modules_to_save: ['lm_head'] },
    { fan_in_fan_out: true },
    { bias: 'all' },
    { peft_type: 'IA3' },
    { r: 0 },
  ])('adapter_config.json with %o', async (change) => {
    const raw: unknown = JSON.parse(text(await readFixture(`${ADAPTER}/adapter_config.json`)));
    expect(await refusal({ 'adapter_config.json': utf8({ ...(raw as object), ...change }) })).toBe(
      'adapter-unsupported',
    ); // an object in the fixture
  });

  test('factors that are missing, unknown, of another shape, or not finite', async () => {
    const read = async () =>
      new Map(readSafetensors((await readFixture(`${ADAPTER}/adapter_model.safetensors`)) ?? new Uint8Array()).tensors);
    const key = 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight';
    const partner = key.replace('lora_A', 'lora_B');
    const refusalOf = async (change: (tensors: Awaited<ReturnType<typeof read>>) => void) => {
      const tensors = await read();
      change(tensors);
      return refusal({ 'adapter_model.safetensors': writeSafetensors(tensors) });
    };
    expect(await refusalOf((tensors) => tensors.delete(key))).toBe('adapter-tensors');
    expect(await refusalOf((tensors) => tensors.set(key, { shape: [8, 32], data: new Float32Array(256) }))).toBe(
      'adapter-tensors',
    );
    expect(await refusalOf((tensors) => tensors.set('lm_head.lora_A', { shape: [1], data: new Float32Array(1) }))).toBe(
      'adapter-tensors',
    );
    expect(await refusalOf((tensors) => tensors.get(key)?.data.fill(NaN))).toBe('adapter-tensors');
    expect(await refusalOf((tensors) => tensors.clear())).toBe('adapter-tensors');
    expect(await refusalOf((tensors) => void (tensors.delete(key) && tensors.delete(partner)))).toBe('read');
    expect(await refusal({ 'adapter_model.safetensors': null })).toBe('adapter-unsupported');
    expect(await refusal({ 'adapter_config.json': new TextEncoder().encode('{') })).toBe('adapter-unsupported');
  });
});
