import type { SeatIndex } from '../../record/scenario.ts';
import type { Outcome } from '../environment.ts';
import { pointsOf, saysOneOf, seatOf } from './checks.ts';
import type { Facts } from './checks.ts';
import { checksOf } from './scenario.ts';
import type { SotopiaScenario } from './scenario.ts';
import { seatOfTurn } from './talk.ts';
import type { Ending, Talk } from './talk.ts';
import { settledIn, valuesOf } from './terms.ts';
import type { Settled } from './terms.ts';

type Pair = readonly [number, number];

/** The outcome of a dialogue that is over. */
export function outcomeOf(talk: Talk, ending: Ending): Outcome {
  const { scenario } = talk;
  const settled = Object.values(settledIn(talk.terms));
  const isAgreed = settled.length > 0 && settled.every((value) => value !== null);
  const endReason = isAgreed ? 'agreement' : END_REASONS[ending];
  const unscored = unscoredIn(scenario);
  if (unscored.length > 0) return { endReason, points: [0, 0], isParetoOptimal: false, unscored };
  const points = pointsNow(talk);
  return { endReason, points, isParetoOptimal: !frontier(scenario).some((pair) => dominates(pair, points)) };
}

/** Checks know the points of both seats; nothing else that is in here knows any. */
export function unscoredIn({ scoring }: SotopiaScenario): readonly SeatIndex[] {
  return scoring.kind === 'checks' ? [] : [0, 1];
}

const END_REASONS = { leave: 'walk-away', silence: 'finished', 'turn-limit': 'turn-limit' } as const;

/** Points of both if the dialogue ended now, and these terms were settled. Only where rules check the goals. */
export function pointsNow(talk: Talk, settled: Settled = settledIn(talk.terms)): Pair {
  const facts: Facts = {
    settled,
    leaver: talk.actions.at(-1)?.kind === 'leave' ? seatOfTurn(talk.actions.length - 1) : null,
    hasSaid: (seat, phrases) =>
      talk.actions.some(
        (action, turn) => action.kind === 'speak' && seatOfTurn(turn) === seat && saysOneOf(action.text, phrases),
      ),
  };
  return bothPoints(talk.scenario, facts);
}

function bothPoints(scenario: SotopiaScenario, facts: Facts): Pair {
  return [pointsOf(checksOf(scenario, 0), facts, 0), pointsOf(checksOf(scenario, 1), facts, 1)];
}

const SMALLEST_GAIN = 1e-9;

function dominates([first, second]: Pair, [own, other]: Pair): boolean {
  return first >= own && second >= other && first + second > own + other + SMALLEST_GAIN;
}

const frontiers = new WeakMap<SotopiaScenario['scoring'], readonly Pair[]>();

/** The endings that no other beats for one seat without hurting the other: every value of every issue, said or not, left or not. */
export function frontier(scenario: SotopiaScenario): readonly Pair[] {
  let best = frontiers.get(scenario.scoring);
  if (!best) {
    best = [];
    for (const facts of everyEnding(scenario)) {
      const pair = bothPoints(scenario, facts);
      if (best.some((known) => dominates(known, pair) || (known[0] === pair[0] && known[1] === pair[1]))) continue;
      best = [...best.filter((known) => !dominates(pair, known)), pair];
    }
    frontiers.set(scenario.scoring, best);
  }
  return best;
}

/** Phrases that two checks share must be the same list, or they are taken for things that can be said apart. */
function* everyEnding(scenario: SotopiaScenario): Generator<Facts> {
  const sayings = ([0, 1] as const).flatMap((seat) =>
    checksOf(scenario, seat).flatMap((check) =>
      check.kind === 'says' || check.kind === 'avoids' ? [keyOf(seatOf(check.who, seat), check.phrases)] : [],
    ),
  );
  const said = subsets([...new Set(sayings)]);
  const settlements = scenario.issues.reduce<readonly Settled[]>(
    (known, issue) =>
      known.flatMap((settled) => [null, ...valuesOf(issue)].map((value) => ({ ...settled, [issue.name]: value }))),
    [{}],
  );
  for (const settled of settlements) {
    for (const spoken of said) {
      const hasSaid: Facts['hasSaid'] = (seat, phrases) => spoken.has(keyOf(seat, phrases));
      for (const leaver of [null, 0, 1] as const) yield { settled, leaver, hasSaid };
    }
  }
}

function subsets(items: readonly string[]): readonly ReadonlySet<string>[] {
  return items.reduce<ReadonlySet<string>[]>(
    (known, item) => known.flatMap((subset) => [subset, new Set([...subset, item])]),
    [new Set()],
  );
}

const keyOf = (seat: SeatIndex, phrases: readonly string[]) => `${seat}:${phrases.join('|')}`;
