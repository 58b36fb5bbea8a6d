import { beforeAll, describe } from 'vitest';
import type { Engine } from '../src/policy/engine.ts';
import type { ModelConfig } from '../src/policy/modelConfig.ts';
import { decoderContract } from './engine/decoderContract.ts';
import { goldenContract } from './engine/goldenContract.ts';
import { learnerContract } from './engine/learnerContract.ts';
import { optimizerContract } from './engine/optimizerContract.ts';
import { EngineStage } from './engine/stage.ts';
import { loadGoldenModel } from './goldenModel.ts';

/** Claims that hold for every engine, on a model of two layers. `open` makes an engine; it is not disposed. */
export function engineContract(name: string, open: (config: ModelConfig) => Engine): void {
  describe(`${name}: what every engine promises`, { timeout: 120_000 }, () => {
    let stage: EngineStage;
    beforeAll(async () => {
      stage = new EngineStage(await loadGoldenModel('tiny-llama'), open);
    });
    goldenContract(() => stage);
    learnerContract(() => stage);
    optimizerContract(() => stage);
    decoderContract(() => stage);
  });
}
