import { AppError } from '../base/errors.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { NEWEST_KEPT } from './retention.ts';

/** The part of `navigator.storage` that we need. */
export type StoragePort = Pick<StorageManager, 'estimate' | 'persist'>;

/** Row of one update: about 80 numbers with their names. */
const UPDATE_BYTES = 4_000;
/** One turn of an episode: texts, action, reward parts. */
const TURN_BYTES = 700;
const EPISODE_BYTES = 800;
/** One token of a trace: its id (4), mask (1), own turn (2) and five floats (20). */
const TRACE_TOKEN_BYTES = 27;
/** View and boards that a strategist's context holds besides what was sampled and said, per turn. */
const OBSERVED_TOKENS_PER_TURN = 40;

/**
 * Bytes that a run will add to the storage at most, if every episode uses all its turns: the checkpoints that retention
 * leaves, the best one and the one being written, and the records of every update to come.
 *
 * @param config with the turn limit that holds, not with the 0 that leaves it to the environment
 * @param checkpointBytes size of one checkpoint
 * @param updatesDone 0, or where a resumed run goes on
 */
export function bytesOfRun(config: RunConfig, checkpointBytes: number, updatesDone = 0): number {
  const tokensPerTurn = config.strategyTokenLimit + config.actionTokenLimit + OBSERVED_TOKENS_PER_TURN;
  const trainedSeats = config.trainedSeats === 'both' ? 2 : 1;
  const traceBytes = trainedSeats * config.turnLimit * tokensPerTurn * TRACE_TOKEN_BYTES;
  const episodeBytes = EPISODE_BYTES + config.turnLimit * TURN_BYTES + traceBytes;
  const updates = Math.max(0, config.updates - updatesDone);
  return (NEWEST_KEPT + 2) * checkpointBytes + updates * (UPDATE_BYTES + config.episodesPerUpdate * episodeBytes);
}

/**
 * Asks before a run whether its records will fit. Browsers that do not tell are given the benefit of the doubt, and
 * Chromium rounds what it tells up to whole gigabytes: a save can still find the disk full, and fails with the same code.
 * @throws AppError `storage-full`
 */
export async function assertRoomFor(neededBytes: number, storage: StoragePort): Promise<void> {
  const { quota, usage = 0 } = await storage.estimate();
  if (quota === undefined || quota - usage >= neededBytes) return;
  throw new AppError('storage-full', {
    what: `This run may need ${megabytes(neededBytes)} of storage, but ${megabytes(Math.max(0, quota - usage))} are free.`,
    why: `The browser lets this page keep ${megabytes(quota)}, and ${megabytes(usage)} are in use.`,
    fix: 'Delete old runs or checkpoints, free disk space, or lower “Updates” or “Episodes per update”; LoRA checkpoints are smaller too.',
  });
}

/** Asks the browser not to evict our data when the disk runs short. False when it says no; nothing else changes then. */
export async function requestPersistence(storage: StoragePort): Promise<boolean> {
  return storage.persist().catch(() => false);
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
