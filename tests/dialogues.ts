import { runWriters, type Desk } from '../src/policy/generate.ts';
import type { Environment } from '../src/environment/environment.ts';
import { playEpisode, type EpisodePlan, type PlayedEpisode, type Table } from '../src/training/rollout.ts';
import type { Scenario } from '../src/record/scenario.ts';
import { ScriptedDecoder } from './scriptedDecoder.ts';

const NOTHING: never[] = [];

/** The trainer's own table, without a model: for dialogues between scripts and whoever is asked outside the engine. */
export function tableWithoutModel<State>(environment: Environment<State>): Table<State> {
  const nobody = () => {
    throw new Error('no model sits here');
  };
  return {
    environment,
    tokenizer: { decode: nobody } as unknown as Table<State>['tokenizer'], // never asked: nothing is drawn
    chatFormat: {
      openView: () => NOTHING,
      openOwnTurn: () => NOTHING,
      openAction: NOTHING,
      partnerTurn: () => NOTHING,
    } as unknown as Table<State>['chatFormat'],
    contextLength: Infinity,
    turnLimit: environment.turnLimit,
    strategyTokenLimit: 20,
    actionTokenLimit: 40,
  };
}

/** Plays dialogues in which no model takes part, by the trainer's own rollout. */
export async function playWithoutModel<State, S extends Scenario>(
  environment: Environment<State, S>,
  plans: readonly Omit<EpisodePlan<State>, 'episodeId'>[],
  signal = new AbortController().signal,
): Promise<readonly PlayedEpisode[]> {
  const decoder = new ScriptedDecoder(1, () => 0);
  // An environment only gets its own scenarios back.
  const table = tableWithoutModel(environment as unknown as Environment<State>);
  const jobs = plans.map((plan, index) => ({
    slotCount: 0,
    start: (desk: Desk) => playEpisode(table, { ...plan, episodeId: `${index}` }, desk),
  }));
  const episodes: PlayedEpisode[] = [];
  for await (const { finished } of runWriters(decoder, jobs, signal)) {
    for (const { index, outcome } of finished) episodes[index] = outcome;
  }
  return episodes;
}
