import { expect, test } from 'vitest';
import { readAdapter } from '../../policy/formats/peft.ts';
import { readSafetensors, writeSafetensors } from '../../policy/formats/safetensors.ts';
import type { FileSource, NamedFile } from '../../policy/formats/huggingFace.ts';
import type { ModelConfig } from '../../policy/modelConfig.ts';
import type { Weights } from '../../policy/weights.ts';
import { defaultRunConfig } from '../../record/runConfig.ts';
import { fakeCheckpoint } from '../fakeRecords.ts';
import { weightFiles } from './weights.ts';

const textFile = (name: string, text: string): NamedFile => ({ name, bytes: new TextEncoder().encode(text) });
const baseFiles = [
  textFile('config.json', '{"model_type":"llama","dtype":"bfloat16"}'),
  textFile('generation_config.json', '{}'),
  textFile('tokenizer.json', '{"model":{}}'),
  textFile('tokenizer_config.json', '{}'),
];

function checkpointWith(parameters: Weights, adaptation: 'full' | 'lora') {
  const moments = [...parameters].map(([name, tensor]) => [`adam.first/${name}`, tensor] as const);
  const named = [...parameters].map(([name, tensor]) => [`parameters/${name}`, tensor] as const);
  const config = { ...defaultRunConfig(), adaptation, loraRank: 1, loraAlpha: 4 };
  return fakeCheckpoint({ config }, writeSafetensors(new Map([...named, ...moments])));
}

const bytesOf = (files: readonly NamedFile[], wanted: string) => {
  const file = files.find(({ name }) => name === wanted);
  if (!file) throw new Error(`no file ${wanted}`);
  return file.bytes;
};
const textOf = (files: readonly NamedFile[], name: string) => new TextDecoder().decode(bytesOf(files, name));

test('a full checkpoint becomes a Hugging Face folder: the base’s files, the trained weights, no moments', () => {
  const weights: Weights = new Map([['model.norm.weight', { shape: [2], data: Float32Array.of(1, 2) }]]);
  const files = weightFiles(checkpointWith(weights, 'full'), baseFiles);
  expect(files.map(({ name }) => name).sort()).toEqual([
    'README.md',
    'config.json',
    'generation_config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  expect(readSafetensors(bytesOf(files, 'model.safetensors')).tensors).toEqual(weights);
  expect(textOf(files, 'tokenizer.json')).toBe('{"model":{}}');
  expect(textOf(files, 'README.md')).toContain('AutoModelForCausalLM.from_pretrained(".")');
});

test('a LoRA checkpoint becomes an adapter that reads back, with the tokenizer', async () => {
  const module = 'model.layers.0.self_attn.q_proj';
  const factors: Weights = new Map([
    [`${module}.lora_A`, { shape: [1, 2], data: Float32Array.of(1, 2) }],
    [`${module}.lora_B`, { shape: [2, 1], data: Float32Array.of(3, 4) }],
  ]);
  const files = weightFiles(checkpointWith(factors, 'lora'), baseFiles);
  expect(files.map(({ name }) => name).sort()).toEqual([
    'README.md',
    'adapter_config.json',
    'adapter_model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  const source: FileSource = {
    has: (name) => Promise.resolve(files.some((file) => file.name === name)),
    readBytes: (name) => Promise.resolve(bytesOf(files, name)),
  };
  const model: ModelConfig = {
    hiddenSize: 2,
    intermediateSize: 2,
    layerCount: 1,
    headCount: 1,
    keyValueHeadCount: 1,
    headSize: 2,
    vocabularySize: 4,
    contextLength: 8,
    rmsNormEpsilon: 1e-5,
    ropeTheta: 10_000,
    isHeadTied: true,
  };
  expect(await readAdapter(source, model)).toEqual({ factors, rank: 1, alpha: 4 });
  expect(textOf(files, 'README.md')).toContain('PeftModel.from_pretrained(base, ".")');
});

test('a checkpoint without trained tensors is damaged', () => {
  const empty = fakeCheckpoint({}, writeSafetensors(new Map()));
  expect(() => weightFiles(empty, baseFiles)).toThrow(expect.objectContaining({ code: 'checkpoint-damaged' }));
});
