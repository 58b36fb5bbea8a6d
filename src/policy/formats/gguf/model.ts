import { z } from 'zod';
import { defaultTemplate } from '../../chatTemplate.ts';
import { tensorNamed, type Weights } from '../../weights.ts';
import type { LoadedCheckpoint } from '../huggingFace.ts';
import { parseJson } from '../json.ts';
import type { TensorSource } from '../tensorSource.ts';
import { vocabularyOf } from './vocabulary.ts';
import type { GgufModel } from './write.ts';

const TokenizerConfig = z.looseObject({ add_bos_token: z.boolean().nullish() });
const PostProcessor = z.looseObject({
  post_processor: z.looseObject({
    type: z.string(),
    processors: z.array(z.looseObject({ type: z.string() })).optional(),
  }),
});

/**
 * What goes into the GGUF file of a model: its own tokenizer and template with these weights.
 *
 * @param weights its own, or those that training or a merged adapter made of them
 * @throws AppError `gguf-unsupported` when llama.cpp has no tokenizer of this kind
 */
export function ggufModelOf(
  { config, keptFiles, generation }: Pick<LoadedCheckpoint, 'config' | 'keptFiles' | 'generation'>,
  weights: Weights,
  name: string,
): GgufModel {
  const bytesOf = (file: string) => keptFiles.find((kept) => kept.name === file)?.bytes;
  const tokenizerFile = parseJson(bytesOf('tokenizer.json'), 'tokenizer.json');
  const tokenizerConfig = parseJson(bytesOf('tokenizer_config.json'), 'tokenizer_config.json');
  const template = bytesOf('chat_template.jinja');
  return {
    name,
    config,
    tensors: sourceOfWeights(weights),
    vocabulary: vocabularyOf(tokenizerFile, config.vocabularySize),
    generation,
    addsBos: TokenizerConfig.safeParse(tokenizerConfig).data?.add_bos_token ?? opensText(tokenizerFile),
    chatTemplate: template ? new TextDecoder().decode(template) : defaultTemplate(tokenizerConfig),
  };
}

/** Weights in memory as a source of them. */
export function sourceOfWeights(weights: Weights): TensorSource {
  return {
    shapes: new Map([...weights].map(([name, { shape }]) => [name, shape])),
    read: async (name) => tensorNamed(weights, name),
  };
}

/** Whether the tokenizer puts a token before a text: transformers does that by a template of its own. */
function opensText(tokenizerFile: unknown): boolean {
  const { type, processors = [] } = PostProcessor.safeParse(tokenizerFile).data?.post_processor ?? { type: '' };
  return [{ type }, ...processors].some((processor) => processor.type === 'TemplateProcessing');
}
