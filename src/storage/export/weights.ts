import type { Checkpoint, CheckpointManifest } from '../../record/checkpoint.ts';
import { saveCheckpoint, type NamedFile } from '../../policy/formats/huggingFace.ts';
import { writeAdapter } from '../../policy/formats/peft.ts';
import { readSafetensors, type SafetensorsFile } from '../../policy/formats/safetensors.ts';
import { checkpointDamaged } from '../checkpoints.ts';

/** In a checkpoint, the trained tensors stand beside the optimizer's moments. */
const PARAMETER_PREFIX = 'parameters/';
/** A LoRA checkpoint leaves the base model out, so of its files only the tokenizer's go along. */
const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'chat_template.jinja'];

/**
 * What a person downloads of a checkpoint: a Hugging Face folder, or for LoRA a PEFT adapter. The optimizer stays here.
 *
 * @param baseFiles everything but the weights of the model that the run started from
 * @throws AppError `checkpoint-damaged` when the checkpoint holds no trained tensors
 */
export function weightFiles({ manifest, tensors }: Checkpoint, baseFiles: readonly NamedFile[]): NamedFile[] {
  const weights = parametersIn(tensors);
  const { adaptation, loraRank: rank, loraAlpha: alpha } = manifest.config;
  const readme = { name: 'README.md', bytes: new TextEncoder().encode(readmeOf(manifest)) };
  if (adaptation === 'full') return [...saveCheckpoint({ keptFiles: baseFiles, weights }), readme];
  const tokenizerFiles = baseFiles.filter(({ name }) => TOKENIZER_FILES.includes(name));
  return [...writeAdapter({ factors: weights, rank, alpha }, manifest.modelName), ...tokenizerFiles, readme];
}

/** Under their own names again. */
function parametersIn(tensors: Uint8Array): SafetensorsFile['tensors'] {
  const parameters = [...readSafetensors(tensors, 'checkpoint.safetensors').tensors].flatMap(([name, tensor]) =>
    name.startsWith(PARAMETER_PREFIX) ? [[name.slice(PARAMETER_PREFIX.length), tensor] as const] : [],
  );
  if (parameters.length === 0) throw checkpointDamaged('It holds no trained tensors.');
  return new Map(parameters);
}

function readmeOf({ config, modelName, label, updatesDone, score, createdAtMs }: CheckpointManifest): string {
  const isAdapter = config.adaptation === 'lora';
  const loading = isAdapter
    ? [
        'from peft import PeftModel',
        'from transformers import AutoModelForCausalLM, AutoTokenizer',
        '',
        `base = AutoModelForCausalLM.from_pretrained(${JSON.stringify(modelName)})  # your folder of the base model`,
        'model = PeftModel.from_pretrained(base, ".")',
      ]
    : [
        'from transformers import AutoModelForCausalLM, AutoTokenizer',
        '',
        'model = AutoModelForCausalLM.from_pretrained(".")',
      ];
  return [
    `# ${modelName}: a strategist trained with Parley`,
    '',
    `${isAdapter ? 'A LoRA adapter' : 'A whole model'}, saved as “${label.replaceAll(/\s+/g, ' ')}” at ${new Date(createdAtMs).toISOString()}`,
    `after ${updatesDone} updates. Mean points of the trained seats in the last batch (0–10): ${score?.toFixed(2) ?? 'not measured'}.`,
    '',
    '```python',
    ...loading,
    'tokenizer = AutoTokenizer.from_pretrained(".")',
    '```',
    '',
    'The settings of the run:',
    '',
    '```json',
    JSON.stringify(config, null, 2),
    '```',
    '',
  ].join('\n');
}
