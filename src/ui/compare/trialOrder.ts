import { outsiderIn } from '../../../workers/outsiders.ts';
import type { TrialPlayer } from '../../../workers/protocol.ts';
import type { Explanation } from '../../base/errors.ts';
import { configAt } from '../../record/knobChange.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { shareEnvironment, type Compared, type Weights } from './contender.ts';

/** Somebody who plays, and the name of what it plays: two with one key would say the same words. */
export interface KeyedPlayer {
  readonly key: string;
  readonly player: TrialPlayer;
}

/** What a trial of the contenders takes. */
export interface TrialPlan {
  /** Of the first one's run, as it stood: what all of them play. */
  readonly setting: RunConfig;
  readonly episodeCount: number;
  /** One per contender, in order. */
  readonly contenders: readonly {
    /** The weights that its run's model began with. */
    readonly before: KeyedPlayer;
    /** Its own. */
    readonly after: KeyedPlayer;
  }[];
}

export const MOST_EPISODES = 256;

/** Why these contenders cannot play now, which is known before anybody asks for it; null where they can. */
export function trialRefusal(compared: readonly Compared[]): Explanation | null {
  const [first] = compared;
  if (!shareEnvironment(compared)) {
    return {
      what: 'These cannot meet the same scenarios.',
      why: 'They were trained in different environments.',
      fix: 'Compare runs and checkpoints of one environment.',
    };
  }
  const config = first?.run.config;
  const who = config ? outsiderIn(config, config.trainedSeats === 'both') : null;
  if (who !== null) {
    return {
      what: 'These cannot play now.',
      why: `In the first one’s run, words are spoken by ${who}; nobody outside this tab is asked without a run that was agreed to.`,
      fix: 'Put a run first whose agents are the model itself or a script, or look at what was recorded.',
    };
  }
  const bare = compared.find(({ weights }) => weights === null);
  if (bare) {
    return {
      what: 'One of these has no weights that could play.',
      why: `No checkpoint of ${bare.run.name} is saved in this browser.`,
      fix: 'Leave it out, or train it on so that it saves one.',
    };
  }
  return null;
}

/** @param compared none of them refused */
export function trialPlan(compared: readonly Compared[], episodeCount: number): TrialPlan | null {
  const [first] = compared;
  if (!first) return null;
  const { config, changes = [] } = first.run;
  // What an evaluation at that moment was played with.
  const setting = configAt(config, changes, first.moment === null ? Infinity : first.moment - 1);
  const keyed = (one: Compared, weights: Weights): KeyedPlayer => keyedPlayer(setting, episodeCount, one, weights);
  return {
    setting,
    episodeCount,
    contenders: compared.map((one) => ({
      before: keyed(one, BASE_WEIGHTS),
      after: keyed(one, one.weights ?? BASE_WEIGHTS),
    })),
  };
}

/** Everybody who plays in it, each once; those who were compared first come first. */
export function playersOf({ contenders }: TrialPlan): KeyedPlayer[] {
  const all = [...contenders.map(({ after }) => after), ...contenders.map(({ before }) => before)];
  return [...new Map(all.map((one) => [one.key, one])).values()];
}

const BASE_WEIGHTS: Weights = { kind: 'base' };

function keyedPlayer(setting: RunConfig, episodeCount: number, { run }: Compared, weights: Weights): KeyedPlayer {
  const { modelName, config } = run;
  const { adapter, basePrecision, contextLimit } = config;
  const checkpoint = weights.kind === 'checkpoint' ? weights.checkpoint : null;
  // A run that went back and on again saves another checkpoint under the same id.
  const own = checkpoint ? [checkpoint.checkpointId, checkpoint.createdAtMs] : [adapter];
  return {
    key: JSON.stringify([setting, episodeCount, modelName, basePrecision, contextLimit, ...own]),
    player: { modelName, config, checkpointId: checkpoint?.checkpointId ?? null },
  };
}
