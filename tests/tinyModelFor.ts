import { lessonsOf } from '../src/environment/registry.ts';
import { vocabularyOf } from '../src/environment/vocabulary.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { createTinyModel } from '../src/policy/tinyModel.ts';
import type { EnvironmentName } from '../src/record/environmentName.ts';

/** The untrained model that the command line calls `tiny:ENVIRONMENT:SEED`. */
export function tinyModelFor(environment: EnvironmentName, seed: number): Promise<LoadedCheckpoint> {
  return createTinyModel({ seed, ...vocabularyOf(lessonsOf(environment)) });
}
