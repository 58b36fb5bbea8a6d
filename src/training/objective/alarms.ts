import type { Alarm, Vital } from '../../record/alarm.ts';
import type { UpdateMetrics } from '../../record/metrics.ts';
import type { RunConfig } from '../../record/runConfig.ts';

export interface AlarmLimits {
  /** Entropy below this share of the first updates' is a collapse; above `entropyRise` times it an explosion. */
  readonly entropyShare: number;
  readonly entropyRise: number;
  readonly ratio: number;
  /** Times the median gradient norm of the updates before. */
  readonly gradientSpike: number;
  readonly zeroSpreadShare: number;
  readonly klToBase: number;
}

export const ALARM_LIMITS: AlarmLimits = {
  entropyShare: 0.1,
  entropyRise: 3,
  ratio: 10,
  gradientSpike: 10,
  zeroSpreadShare: 0.9,
  klToBase: 5,
};

/** Updates that say what is normal for a run. */
const FIRST = 3;
/** So many of the newest updates say what is usual now; no more need be remembered. */
const RECENT = 50;

/** What the alarms look at in the numbers of an update. */
export function vitalOf(
  { episodesPerScenario }: Pick<RunConfig, 'episodesPerScenario'>,
  { entropy, klToBase, gradientNorm, zeroSpreadGroupShare, objective }: Omit<UpdateMetrics, 'saveSeconds'>,
): Vital {
  return {
    entropy,
    klToBase,
    ratioMax: objective?.['ratio/max'] ?? 1,
    gradientNorm,
    zeroSpreadShare: episodesPerScenario > 1 ? zeroSpreadGroupShare : null,
  };
}

export interface RaisedAlarm {
  readonly updateIndex: number;
  readonly alarm: Alarm;
}

/** Every alarm of a run from its beginning, as it rang then: a function of the run's numbers. */
export function alarmsOfRun(
  config: Pick<RunConfig, 'episodesPerScenario'>,
  history: readonly { readonly updateIndex: number; readonly metrics: UpdateMetrics }[],
): RaisedAlarm[] {
  let vitals: Vital[] = [];
  return history.flatMap(({ updateIndex, metrics }) => {
    const now = vitalOf(config, metrics);
    const alarms = newAlarms(vitals, now);
    vitals = remember(vitals, now);
    return alarms.map((alarm) => ({ updateIndex, alarm }));
  });
}

/** The history with its newest update, as short as it can be: the first updates and the last ones. */
export function remember(history: readonly Vital[], now: Vital): Vital[] {
  const all = [...history, now];
  return all.length <= FIRST + RECENT ? all : [...all.slice(0, FIRST), ...all.slice(-RECENT)];
}

/** Alarms that ring now and did not ring after the update before: trouble is told when it begins, not while it lasts. */
export function newAlarms(history: readonly Vital[], now: Vital): Alarm[] {
  const ringing = new Set(alarmsOf(history).map(({ kind }) => kind));
  return alarmsOf([...history, now]).filter(({ kind }) => !ringing.has(kind));
}

/**
 * What the newest update gives reason to worry about. Warns, and lets a run be paused; never changes the training.
 *
 * @param history oldest first, the newest update last; what `remember` has kept of it is enough
 */
export function alarmsOf(history: readonly Vital[], limits: AlarmLimits = ALARM_LIMITS): Alarm[] {
  const now = history.at(-1);
  if (!now) return [];
  const earlier = history.slice(0, -1);
  const alarms: Alarm[] = [];
  const ring = (kind: Alarm['kind'], what: string, why: string, fix: string) => alarms.push({ kind, what, why, fix });
  if (now.ratioMax > limits.ratio) {
    ring(
      'ratio-explosion',
      `An importance ratio has reached ${now.ratioMax.toPrecision(3)}.`,
      'The policy has moved far from the one that sampled the batch.',
      'Take fewer steps per batch, or a smaller learning rate.',
    );
  }
  if ((now.zeroSpreadShare ?? 0) > limits.zeroSpreadShare) {
    ring(
      'zero-spread',
      'Almost no scenario’s dialogues differ in what they earn.',
      'Comparing equal outcomes teaches nothing.',
      'Choose easier or harder scenarios, more dialogues per scenario, or a turn reward that tells them apart.',
    );
  }
  if (now.klToBase > limits.klToBase) {
    ring(
      'kl-runaway',
      `The policy is ${now.klToBase.toPrecision(3)} nats per token away from the base.`,
      'What it writes is no longer the base model’s language.',
      'Raise the KL weight, or go back to an earlier checkpoint.',
    );
  }
  if (earlier.length < FIRST) return alarms;
  const normal = median(earlier.slice(0, FIRST).map(({ entropy }) => entropy));
  if (now.entropy < limits.entropyShare * normal) {
    ring(
      'entropy-collapse',
      'The strategist hardly tries anything else any more.',
      `Entropy has fallen below ${100 * limits.entropyShare} % of what it was at first.`,
      'Add an entropy bonus or target, or lower the learning rate.',
    );
  }
  if (now.entropy > limits.entropyRise * normal) {
    ring(
      'entropy-explosion',
      'The strategist’s words are becoming random.',
      `Entropy has risen above ${limits.entropyRise} times what it was at first.`,
      'Lower the entropy bonus or the learning rate, or raise the KL weight.',
    );
  }
  const usual = median(earlier.map(({ gradientNorm }) => gradientNorm));
  if (usual > 0 && now.gradientNorm > limits.gradientSpike * usual) {
    ring(
      'gradient-spike',
      `The gradient is ${(now.gradientNorm / usual).toPrecision(2)} times as long as usual.`,
      'A few tokens dominate the update.',
      'Look at this update’s dialogues; lower the gradient clip, or bound the ratios.',
    );
  }
  return alarms;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
