import type { Considered, Consideration, EngineMessage } from '../../../workers/protocol.ts';
import { configAt } from '../../record/knobChange.ts';
import type { Episode } from '../../record/episode.ts';
import type { RunRow } from '../../storage/rows.ts';
import type { Failure } from '../engineStore.ts';
import { BASE } from '../fork/forkOrder.ts';
import type { TurnTokens } from './turnTokens.ts';

/** What else could have been written in one turn, as far as it was asked. */
export interface AlternativesState {
  readonly phase: 'idle' | 'asking' | 'found' | 'failed';
  readonly askId: string | null;
  /** Names the turn that was asked about. */
  readonly place: string | null;
  readonly tokens: readonly Considered[];
  readonly failure: Failure | null;
}

export const NOTHING_ASKED: AlternativesState = { phase: 'idle', askId: null, place: null, tokens: [], failure: null };

export type AlternativesChange =
  | { readonly kind: 'alternatives.asked'; readonly askId: string; readonly place: string }
  | Extract<EngineMessage, { kind: 'alternatives.found' | 'alternatives.failed' }>;

/** News of another question than the last one change nothing. */
export function applyToAlternatives(state: AlternativesState, change: AlternativesChange): AlternativesState {
  if (change.kind === 'alternatives.asked')
    return { ...NOTHING_ASKED, phase: 'asking', askId: change.askId, place: change.place };
  if (change.askId !== state.askId) return state;
  return change.kind === 'alternatives.found'
    ? { ...state, phase: 'found', tokens: change.tokens }
    : { ...state, phase: 'failed', failure: change.failure };
}

/** How many of the likeliest tokens are shown. */
const COUNT = 8;

/** What the worker is asked of a turn. @param playedBy a checkpoint's id, or `BASE` */
export function consideration(
  { config, changes = [], modelName }: Pick<RunRow, 'config' | 'changes' | 'modelName'>,
  { updateIndex }: Pick<Episode, 'updateIndex'>,
  { context, strategy }: TurnTokens,
  playedBy: string,
): Consideration {
  return {
    modelName,
    config: configAt(config, changes, updateIndex),
    checkpointId: playedBy === BASE ? null : playedBy,
    tokenIds: [...context, ...strategy].map(({ tokenId }) => tokenId),
    sampled: strategy.map(({ position }) => position),
    count: COUNT,
  };
}
