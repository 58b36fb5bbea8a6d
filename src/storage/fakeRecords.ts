import type { Checkpoint, CheckpointManifest } from '../record/checkpoint.ts';
import type { Episode } from '../record/episode.ts';
import { MetricName, UpdateMetrics } from '../record/metrics.ts';
import { defaultRunConfig } from '../record/runConfig.ts';
import type { Trace } from '../record/trace.ts';

/** Records for tests: small, complete, and valid unless a test changes them. */

export function fakeCheckpoint(
  changes: Partial<CheckpointManifest> = {},
  tensors: Uint8Array = Uint8Array.of(1, 2, 3),
): Checkpoint {
  const manifest: CheckpointManifest = {
    formatVersion: 1,
    checkpointId: 'checkpoint-1',
    runId: 'run-1',
    label: 'after 5 updates',
    createdAtMs: 1_000,
    modelName: 'parley-mini',
    updatesDone: 5,
    optimizerStep: 5,
    config: defaultRunConfig(),
    baselineCoefficients: [0.5, -1],
    score: 4,
    isKept: false,
    sizeBytes: tensors.byteLength,
    ...changes,
  };
  return { manifest, tensors };
}

/** Every metric that is one number has the same value. */
export function fakeMetrics(value: number): UpdateMetrics {
  return UpdateMetrics.parse(Object.fromEntries(MetricName.options.map((name) => [name, value])));
}

/** Records keep what belongs to an environment, though they do not know it. */
const SCENARIO = {
  environment: 'deal-or-no-deal',
  id: '1,2,3;1,3,1;4,3,0',
  canonicalId: '1,2,3;1,3,1;4,3,0',
  split: 'train',
  counts: [1, 2, 3],
  values: [
    [1, 3, 1],
    [4, 3, 0],
  ],
} as const;
const PROPOSAL = { kind: 'propose', share: [0, 2, 3] };

export function fakeEpisode(episodeId: string, updateIndex: number): Episode {
  return {
    episodeId,
    updateIndex,
    scenario: SCENARIO,
    endReason: 'agreement',
    points: [6, 7],
    isParetoOptimal: true,
    trainedSeats: [0, 1],
    turns: [
      {
        turnIndex: 0,
        seat: 0,
        board: 'nothing yet',
        strategy: 'keep the hats',
        strategyReading: { family: 'keepOne', isApplicable: true, isFollowed: true },
        utterance: 'you get the book , i take the rest',
        action: PROPOSAL,
        offerValue: null,
        reward: 6,
        rewardParts: [{ name: 'points', value: 6 }],
        returnToGo: 6,
        advantage: 1.5,
        isCritical: false,
      },
    ],
  };
}

/** Three tokens, the last two of them sampled. */
export function fakeTrace(episodeId: string, seat: 0 | 1): Trace {
  return {
    episodeId,
    seat,
    tokenIds: Int32Array.of(7, 70_000, 9),
    sampledMask: Uint8Array.of(0, 1, 1),
    ownTurnIndex: Int16Array.of(-1, 0, 0),
    logProbs: Float32Array.of(0, -0.1, -2.25),
    entropies: Float32Array.of(0, 1.5, 0.3),
    klToBase: Float32Array.of(0, 0.01, 1e-8),
    advantages: Float32Array.of(0, 1.5, 1.5),
    policyVersion: 3,
  };
}
