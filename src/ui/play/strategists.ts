import { BUILT_IN_MODELS } from '../../record/builtInModel.ts';
import { labelOfModel } from '../../record/modelName.ts';
import { listCheckpoints } from '../../storage/checkpoints.ts';
import { listRuns } from '../../storage/runs.ts';
import { database } from '../database.ts';
import type { TrainedStrategist } from './playOrder.ts';

/** A checkpoint with the words by which people choose it. */
export interface ListedStrategist extends TrainedStrategist {
  readonly label: string;
  readonly note: string;
}

/** Every checkpoint of every run that this browser keeps, the newest runs first. */
export async function trainedStrategists(): Promise<readonly ListedStrategist[]> {
  const { runs } = await listRuns(database);
  const listed = await Promise.all(
    runs.map(async ({ runId, name, config }) => {
      const checkpoints = await listCheckpoints(database, runId);
      return checkpoints.map(({ checkpointId, modelName, updatesDone, label, isBest }): ListedStrategist => ({
        checkpointId,
        modelName,
        label: `${name} · update ${updatesDone}${isBest ? ' · best' : ''}`,
        note: `${config.environment} · ${labelOfModel(modelName)} · ${label}`,
      }));
    }),
  );
  return listed.flat();
}

export interface StrategistOption {
  readonly id: string;
  readonly label: string;
  readonly note: string;
}

/** Everybody who may write strategies: trained checkpoints first, then the models before training. */
/** @param kept names of the models that this browser keeps */
export function strategistOptions(
  trained: readonly ListedStrategist[],
  kept: readonly string[],
): readonly StrategistOption[] {
  return [
    ...trained.map(({ checkpointId, label, note }) => ({ id: `checkpoint:${checkpointId}`, label, note })),
    ...BUILT_IN_MODELS.map(({ name, label, about }) => ({
      id: `base:${name}`,
      label: `${label}, before training`,
      note: about,
    })),
    ...kept.map((name) => ({ id: `base:${name}`, label: labelOfModel(name), note: 'a model that this browser keeps' })),
  ];
}
