import { z } from 'zod';
import { RunKnobs, type RunConfig } from './runConfig.ts';

const { learningRate, klPenaltyPerNat, strategistTemperature, agentTemperature } = RunKnobs.shape;
const { updatesPerEvaluation, updatesPerCheckpoint, pauseOnAlarm } = RunKnobs.shape;

/**
 * The knobs that may be turned while a run trains: nothing that is open on the device depends on them. Without their
 * defaults, so that what is absent was not touched.
 */
export const LiveKnobs = z.strictObject({
  learningRate: learningRate.unwrap().exactOptional(),
  klPenaltyPerNat: klPenaltyPerNat.unwrap().exactOptional(),
  strategistTemperature: strategistTemperature.unwrap().exactOptional(),
  agentTemperature: agentTemperature.unwrap().exactOptional(),
  updatesPerEvaluation: updatesPerEvaluation.unwrap().exactOptional(),
  updatesPerCheckpoint: updatesPerCheckpoint.unwrap().exactOptional(),
  pauseOnAlarm: pauseOnAlarm.unwrap().exactOptional(),
});
export type LiveKnobs = z.infer<typeof LiveKnobs>;
export type LiveKnobName = keyof LiveKnobs;
export const LIVE_KNOB_NAMES: readonly LiveKnobName[] = LiveKnobs.keyof().options;

/** Knobs that were turned between two updates; they hold from update number `updatesDone`, counted from 0, on. */
export const KnobChange = z.strictObject({ updatesDone: z.int().min(0), knobs: LiveKnobs });
export type KnobChange = z.infer<typeof KnobChange>;

/**
 * What update `updateIndex` is trained with: a run is a function of its config and of the changes made on the way.
 * @param changes in the order of their updates
 */
export function configAt(config: RunConfig, changes: readonly KnobChange[], updateIndex: number): RunConfig {
  return changes
    .filter(({ updatesDone }) => updatesDone <= updateIndex)
    .reduce((turned, { knobs }) => ({ ...turned, ...knobs }), config);
}

/** The history with one more change. Of two that were made between the same updates the later one counts. */
export function withKnobChange(changes: readonly KnobChange[], { updatesDone, knobs }: KnobChange): KnobChange[] {
  const same = changes.find((change) => change.updatesDone === updatesDone);
  return [
    ...changes.filter((change) => change.updatesDone < updatesDone),
    { updatesDone, knobs: { ...same?.knobs, ...knobs } },
    ...changes.filter((change) => change.updatesDone > updatesDone),
  ];
}
