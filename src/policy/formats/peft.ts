import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { adaptedModules, adapterScale, FACTOR_A, FACTOR_B, factorPairs } from '../lora.ts';
import { weightShapes, type ModelConfig } from '../modelConfig.ts';
import type { HostTensor, Weights } from '../weights.ts';
import { openFile, type FileSource, type NamedFile } from './fileSource.ts';
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from './safetensors.ts';

/** A LoRA adapter as Hugging Face PEFT keeps it: a folder with exactly these two files. */
const CONFIG_FILE = 'adapter_config.json';
const WEIGHTS_FILE = 'adapter_model.safetensors';
export const ADAPTER_FILES: readonly string[] = [CONFIG_FILE, WEIGHTS_FILE];
/** PEFT's wrapper around the model; our module paths follow it. */
const KEY_PREFIX = 'base_model.model.';

export interface LoraAdapter {
  /** Factors by name, see `lora.ts`. */
  readonly factors: Weights;
  readonly rank: number;
  readonly alpha: number;
}

const none = z
  .union([z.null(), z.literal(false), z.array(z.unknown()).length(0), z.record(z.string(), z.never())])
  .optional();

/** What we can apply; a key that changes the arithmetic must have its neutral value. */
const PeftConfig = z.object({
  peft_type: z.literal('LORA'),
  r: z.int().positive(),
  lora_alpha: z.number().positive(),
  base_model_name_or_path: z.string().nullish(),
  bias: z.literal('none').optional(),
  use_rslora: none,
  use_dora: none,
  fan_in_fan_out: none,
  rank_pattern: none,
  alpha_pattern: none,
  modules_to_save: none,
  layer_replication: none,
  lora_bias: none,
  trainable_token_indices: none,
});

/** @param baseModelName what `from_pretrained` of the receiver is given: a folder or a name on the hub */
export function writeAdapter({ factors, rank, alpha }: LoraAdapter, baseModelName: string): NamedFile[] {
  const modules = factorPairs(factors).map(({ module }) => module);
  // All of these, though PEFT's documentation asks for two: without them a rank other than 8 fails to load.
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: baseModelName,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    bias: 'none',
    target_modules: [...new Set(modules.map((module) => module.split('.').at(-1)))],
    inference_mode: true,
  };
  const tensors = new Map([...factors].map(([name, tensor]) => [`${KEY_PREFIX}${name}.weight`, tensor]));
  return [
    { name: CONFIG_FILE, bytes: new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`) },
    { name: WEIGHTS_FILE, bytes: writeSafetensors(tensors) },
  ];
}

/**
 * What can be known of an adapter without its base.
 *
 * @throws AppError `adapter-unsupported`, and those of the safetensors reader
 */
export async function describeAdapter(
  files: FileSource,
): Promise<{ readonly rank: number; readonly alpha: number; readonly baseModelName: string | null }> {
  const config = await readConfig(files);
  await readSafetensorsHeader(await openFile(files, WEIGHTS_FILE), WEIGHTS_FILE);
  return { rank: config.r, alpha: config.lora_alpha, baseModelName: config.base_model_name_or_path ?? null };
}

/**
 * @param config of the base model, whose projections the factors must fit; an adapter may leave some projections out
 * @throws AppError `adapter-unsupported`, `adapter-tensors`, and those of the safetensors reader
 */
export async function readAdapter(files: FileSource, config: ModelConfig): Promise<LoraAdapter> {
  const { r: rank, lora_alpha: alpha } = await readConfig(files);
  const stored = new Map(readSafetensors(await files.readBytes(WEIGHTS_FILE), WEIGHTS_FILE).tensors);
  const take = (name: string, shape: readonly number[]): HostTensor | undefined => {
    const key = `${KEY_PREFIX}${name}.weight`;
    const tensor = stored.get(key);
    stored.delete(key);
    if (!tensor) return undefined;
    if (tensor.shape.join() !== shape.join()) {
      throw wrongTensors(`"${key}" has shape [${tensor.shape.join(', ')}]; this model asks for [${shape.join(', ')}].`);
    }
    if (!tensor.data.every(Number.isFinite)) throw wrongTensors(`"${key}" holds NaN or infinity.`);
    return tensor;
  };
  const shapes = weightShapes(config);
  const factors = new Map<string, HostTensor>();
  for (const module of adaptedModules(config)) {
    const [rows = 0, columns = 0] = shapes.get(`${module}.weight`) ?? [];
    const a = take(module + FACTOR_A, [rank, columns]);
    const b = take(module + FACTOR_B, [rows, rank]);
    if (!a !== !b) throw wrongTensors(`"${module}" has one factor of two.`);
    if (a) factors.set(module + FACTOR_A, a);
    if (b) factors.set(module + FACTOR_B, b);
  }
  const [unknown] = stored.keys();
  if (unknown !== undefined) throw wrongTensors(`"${unknown}" is no factor of a projection of this model.`);
  if (factors.size === 0) throw wrongTensors('It holds no factors.');
  return { factors, rank, alpha };
}

/** The factor of `B · A` in the effective weights. */
export function scaleOf({ rank, alpha }: LoraAdapter): number {
  return adapterScale(rank, alpha);
}

async function readConfig(files: FileSource): Promise<z.infer<typeof PeftConfig>> {
  for (const name of ADAPTER_FILES) {
    if (!(await files.has(name))) throw unsupported(`It has no file ${name}.`);
  }
  return parseConfig(await files.readBytes(CONFIG_FILE));
}

function parseConfig(bytes: Uint8Array): z.infer<typeof PeftConfig> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw unsupported(`Its ${CONFIG_FILE} is not JSON.`, cause);
  }
  const parsed = PeftConfig.safeParse(json);
  if (!parsed.success) throw unsupported(z.prettifyError(parsed.error));
  return parsed.data;
}

function unsupported(why: string, cause?: unknown): AppError {
  return new AppError(
    'adapter-unsupported',
    {
      what: 'This adapter cannot be used here.',
      why,
      fix: 'Use a plain LoRA adapter that PEFT wrote: no DoRA, no rsLoRA, one rank for all modules.',
    },
    cause === undefined ? undefined : { cause },
  );
}

function wrongTensors(why: string): AppError {
  return new AppError('adapter-tensors', {
    what: 'This adapter does not fit the base model.',
    why,
    fix: 'Load the base model that it was trained on, then the adapter.',
  });
}
