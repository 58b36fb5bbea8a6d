import { Sha256 } from '../base/sha256.ts';
import type { AnyCheckpoint } from './formats/huggingFace.ts';
import { readTensors } from './formats/tensorSource.ts';
import { weightShapes } from './modelConfig.ts';
import { tensorNamed } from './weights.ts';

/** Of the files beside the weights, those that decide how texts become tokens. Their bytes are kept wherever a model goes. */
const TEXT_FILES = ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'];

/**
 * SHA-256 of what decides what a model says: architecture, tokenizer, templates, and weights as float32 in the architecture's
 * order. Not of its files: in one file or in shards, in a browser or in a folder, the same model has the same hash. How much
 * of its context is used is left out.
 *
 * @throws AppError `model-not-finite`, and those of the tensors' source
 */
export async function modelHash(model: AnyCheckpoint): Promise<string> {
  const hash = new Sha256();
  const addText = (text: string) => hash.update(new TextEncoder().encode(text));
  const architecture = Object.entries({ ...model.config, contextLength: null });
  addText(JSON.stringify(architecture.sort(([one], [two]) => (one < two ? -1 : 1))));
  for (const name of TEXT_FILES) {
    const file = model.keptFiles.find((candidate) => candidate.name === name);
    addText(`\n${name} ${file?.bytes.length ?? 'absent'}\n`);
    if (file) hash.update(file.bytes);
  }
  for await (const [name, { shape, data }] of tensorsOf(model)) {
    addText(`\n${name} ${shape.join()}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest();
}

async function* tensorsOf(model: AnyCheckpoint) {
  if ('tensors' in model) return yield* readTensors(model.tensors, model.config);
  for (const name of weightShapes(model.config).keys()) yield [name, tensorNamed(model.weights, name)] as const;
}
