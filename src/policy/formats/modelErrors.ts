import { AppError } from '../../base/errors.ts';

/** What can be wrong with the files of a model. Each is thrown before anything is kept: a half-loaded model never exists. */
export function missingFile(name: string): AppError {
  return new AppError('model-file-missing', {
    what: `The model has no file ${name}.`,
    why: 'A model is a folder with config.json, model.safetensors (or its shards and their index), tokenizer.json and tokenizer_config.json.',
    fix: 'Choose the whole folder, as `save_pretrained` of transformers writes it.',
  });
}

export function damagedFile(name: string, why: string, cause?: unknown): AppError {
  return new AppError(
    'model-file-damaged',
    { what: `The model's ${name} cannot be read.`, why, fix: 'Download or export the model again.' },
    cause === undefined ? undefined : { cause },
  );
}

export function unsupported(why: string): AppError {
  return new AppError('model-unsupported', {
    what: 'This model cannot be used here.',
    why,
    fix: 'Choose a model of the Llama, Qwen2 or Qwen3 family, for example SmolLM2-135M-Instruct, or the built-in one.',
  });
}

export function wrongTensors(why: string): AppError {
  return new AppError('model-tensors', {
    what: "The model's weights do not fit its config.json.",
    why,
    fix: 'Make sure that both come from the same model; merge adapters into the weights before you save them.',
  });
}

export function notFinite(name: string): AppError {
  return new AppError('model-not-finite', {
    what: "The model's weights hold numbers that are not finite.",
    why: `"${name}" has NaN or infinity in it: the model diverged, or overflowed when it was saved in 16 bits.`,
    fix: 'Use an earlier checkpoint of it, or save it as float32 or bfloat16.',
  });
}
