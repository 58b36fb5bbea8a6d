import { open } from 'node:fs/promises';
import { ggufModelOf } from '../../src/policy/formats/gguf/model.ts';
import { createGguf } from '../../src/policy/formats/gguf/write.ts';
import type { Command } from '../arguments.ts';
import { loadModel, MODEL_HELP } from '../loadModel.ts';

export const ggufCommand: Command = {
  name: 'gguf',
  summary: 'Writes a model, trained weights of `export` included, as a GGUF file for llama.cpp and Ollama.',
  options: {
    model: { value: 'MODEL', help: MODEL_HELP, fallback: 'builtin' },
    out: { value: 'FILE', help: 'where to write', isRequired: true },
    precision: { value: 'P', help: 'of the matrices: f16 or q8_0', fallback: 'q8_0' },
  },
  async run(options) {
    const precision = options.choice('precision', ['f16', 'q8_0']);
    const { name, model } = await loadModel(options.text('model'));
    const gguf = createGguf(ggufModelOf(model, model.weights, name), precision);
    const path = options.text('out');
    const file = await open(path, 'w');
    try {
      for await (const chunk of gguf.chunks()) await file.write(chunk);
    } finally {
      await file.close();
    }
    return { path, sizeBytes: gguf.sizeBytes };
  },
};
