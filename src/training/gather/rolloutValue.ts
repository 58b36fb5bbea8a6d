import { isScored } from '../../environment/environment.ts';
import { rewardBlendOf, type RunConfig } from '../../record/runConfig.ts';
import type { Action } from '../../record/episode.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import { playFrom, type Afterwards, type PlayedEpisode, type Table, type Worth } from '../rollout.ts';
import { forkOf } from './playOn.ts';

/** Dialogues to play on from each turn for what it is worth; 0 where nobody asks. */
export function worthSamples(config: Pick<RunConfig, 'turnReward' | 'rewardBlend' | 'rolloutValueSamples'>): number {
  const isAsked = rewardBlendOf(config).some(({ reward }) => reward === 'rollout-value');
  return isAsked ? config.rolloutValueSamples : 0;
}

/**
 * What a dialogue is worth before each of its turns: the mean points of `samples` dialogues that go on from there with the
 * same players and random numbers of their own (Monte-Carlo values, as VinePPO has them, arXiv 2410.01679, at turns). At its end it is
 * worth what it earned. The continuations are counted, never learned from. Takes the slots of one episode.
 *
 * @param name of the continuations: under another name other numbers are drawn
 */
export function withWorths<State, S extends Scenario = Scenario, A extends Action = Action>(
  table: Table<State, S, A>,
  samples: number,
  name = 'worth',
): Afterwards<State, S, A> {
  return function* (played, plan, course) {
    const worths: Worth[] = [];
    for (const { turnIndex } of played.turns) {
      const endings: PlayedEpisode<S, A>[] = [];
      for (let sample = 1; sample <= samples; sample++) {
        const fork = forkOf(plan, turnIndex, `${name} ${turnIndex} ${sample}`);
        endings.push(yield* playFrom(table, fork, course, turnIndex));
      }
      worths.push([meanPoints(endings, 0), meanPoints(endings, 1)]);
    }
    return { ...played, worths: [...worths, [meanPoints([played], 0), meanPoints([played], 1)]] };
  };
}

function meanPoints(endings: readonly PlayedEpisode[], seat: SeatIndex): number | null {
  const known = endings.filter(({ outcome }) => isScored(outcome, seat));
  if (known.length === 0) return null;
  return known.reduce((sum, { outcome }) => sum + outcome.points[seat], 0) / known.length;
}
