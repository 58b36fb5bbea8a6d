import type { RandomStream } from '../base/random.ts';
import type { Action } from '../record/episode.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import type { TemperamentName } from '../record/temperament.ts';
import type { Environment } from './environment.ts';

/** A rule-made player of one seat in one episode. Its temperament is hidden from everybody but itself. */
export interface Player<State, Strategy> {
  /** What kind of player this is, for statistics: `tough`, `confused`, `rude`, … */
  readonly temperament: string;
  /** What it wants to do in this state, in which its seat is to move. Sees what its seat sees, nothing else. */
  chooseStrategy(state: State, random: RandomStream): Strategy;
}

/**
 * How an environment teaches a language model: rule-made players, the strategies they follow, and the words for both.
 * The corpus of the built-in model is made of nothing else, and the speaker's test draws its strategies from here.
 *
 * A strategy is causal: `utterance` depends on the strategy and on what the seat sees, never on the player.
 */
export interface Lessons<
  State,
  Strategy extends { readonly family: string },
  S extends Scenario = Scenario,
  A extends Action = Action,
> {
  readonly environment: Environment<State, S, A>;
  createPlayer(scenario: S, seat: SeatIndex, random: RandomStream): Player<State, Strategy>;
  /** An applicable strategy for the seat to move: a family first (each that applies equally likely), then its details. */
  drawStrategy(state: State, random: RandomStream): Strategy;
  /**
   * Families whose words do not say all: what they ask for rests on own values, earlier proposals or facts that stand
   * elsewhere in the context. A small model looks these up badly, so they are drilled.
   */
  readonly hardFamilies?: readonly Strategy['family'][];
  /** A well-formed strategy that does not apply in this state, or that belongs to another situation. */
  drawMisfit(state: State, random: RandomStream): string;
  /** At most ten words, lower case, no full stop; `environment.readStrategy` reads it back. */
  strategyText(strategy: Strategy, random: RandomStream): string;
  /** What carries the strategy out in this state; `environment.readAction` reads it back as that. */
  utterance(strategy: Strategy, state: State, random: RandomStream): string;
  /** What somebody might say who does not play along: nonsense, silence, an impossible offer, rudeness. */
  noise(state: State, random: RandomStream): string;
  /**
   * What a rule-made negotiator of that temperament says at its turn, where the environment is a negotiation. It sees what its
   * seat sees, takes no advice, and is the same person whenever it meets the same scenario.
   */
  negotiate?(temperament: TemperamentName, state: State, seat: SeatIndex, random: RandomStream): string;
  /** Whether the utterance of the seat to move states one of its private facts although the strategy did not say so. */
  isLeak(state: State, strategy: string | null, utterance: string): boolean;
}

/** Who wrote a stretch of a context, and so what a language model learns from it. */
export type SegmentRole =
  /** What the environment shows: the private view at the start, the board before each own turn. Never learned. */
  | 'view'
  | 'board'
  /** The player's own choice of strategy. Learned. */
  | 'strategy'
  /** A strategy that was not the player's choice, or its absence (empty text). Not learned: it only conditions what follows. */
  | 'given-strategy'
  /** What the seat then said. Learned. */
  | 'utterance'
  /** The same, when nobody should learn to say it. */
  | 'noise'
  /** What the other seat said. */
  | 'partner';

export interface Segment {
  readonly role: SegmentRole;
  readonly text: string;
}

/** One rule-played episode as each of its players saw it. */
export interface Dialogue {
  readonly environment: string;
  readonly scenarioId: string;
  readonly temperaments: readonly string[];
  readonly contexts: readonly (readonly Segment[])[];
  readonly points: readonly [number, number];
  readonly endReason: string;
  readonly turns: number;
}

/** No strategy at all; one that does not fit, so that the player ignores it; words of somebody who does not play along. */
const DISTURBANCES = [
  ['none', 0.04],
  ['misfit', 0.03],
  ['noise', 0.02],
] as const;

/**
 * How a turn comes about, with its share of turns; the rest are the player's own strategies. Some dialogues are drilled: the
 * speaker has to listen to random strategies that apply, whatever the situation would suggest, and more often to hard ones.
 * The others stay as their players would have them, or the strategist would learn to expect talks that lead nowhere.
 */
export const TURN_MODES = {
  natural: DISTURBANCES,
  drilled: [['random', 0.4], ['drill', 0.24], ...DISTURBANCES],
} as const;
export const DRILLED_DIALOGUES = 0.5;

type TurnModes = (typeof TURN_MODES)[keyof typeof TURN_MODES];
type TurnMode = TurnModes[number][0] | 'own';

/** Plays one episode between rule-made players. A function of the lessons, the scenario and the stream. */
export function playLesson<State, Strategy extends { readonly family: string }, S extends Scenario, A extends Action>(
  lessons: Lessons<State, Strategy, S, A>,
  scenario: S,
  random: RandomStream,
): Dialogue {
  const { environment } = lessons;
  const seats: readonly SeatIndex[] = environment.worldReply ? [0] : [0, 1];
  const players = seats.map((seat) => lessons.createPlayer(scenario, seat, random));
  const contexts: Segment[][] = seats.map((seat) => [{ role: 'view', text: environment.view(scenario, seat) }]);
  const modes = TURN_MODES[random.uniform() < DRILLED_DIALOGUES ? 'drilled' : 'natural'];
  let state = environment.start(scenario, environment.turnLimit);
  let turns = 0;
  for (let seat = environment.seatToMove(state); seat !== null; seat = environment.seatToMove(state)) {
    const player = players[seat];
    let utterance: string;
    if (player) {
      const turn = takeTurn(lessons, modes, player, state, random);
      utterance = turn.utterance;
      contexts[seat]?.push({ role: 'board', text: environment.board(state, seat) }, ...turn.segments);
    } else if (environment.worldReply) utterance = environment.worldReply(state);
    else throw new Error('playLesson: a seat without a player');
    contexts[seat === 0 ? 1 : 0]?.push({ role: 'partner', text: utterance });
    state = environment.step(state, environment.readAction(state, utterance));
    turns++;
  }
  const outcome = environment.outcome(state);
  return {
    environment: environment.name,
    scenarioId: scenario.id,
    temperaments: players.map(({ temperament }) => temperament),
    contexts,
    points: outcome?.points ?? [0, 0],
    endReason: outcome?.endReason ?? 'none',
    turns,
  };
}

function takeTurn<State, Strategy extends { readonly family: string }, S extends Scenario, A extends Action>(
  lessons: Lessons<State, Strategy, S, A>,
  modes: TurnModes,
  player: Player<State, Strategy>,
  state: State,
  random: RandomStream,
): { utterance: string; segments: Segment[] } {
  const drawn = drawMode(modes, random);
  const mode = drawn === 'drill' && !lessons.hardFamilies ? 'own' : drawn;
  if (mode === 'noise') {
    const noise = lessons.noise(state, random);
    return { utterance: noise, segments: [given(''), { role: 'noise', text: noise }] };
  }
  const strategy = chooseStrategy(lessons, player, mode, state, random);
  const utterance = lessons.utterance(strategy, state, random);
  const advice: Segment =
    mode === 'own'
      ? { role: 'strategy', text: lessons.strategyText(strategy, random) }
      : given(adviceText(lessons, mode, strategy, state, random));
  return { utterance, segments: [advice, { role: 'utterance', text: utterance }] };
}

function chooseStrategy<State, Strategy extends { readonly family: string }, S extends Scenario, A extends Action>(
  lessons: Lessons<State, Strategy, S, A>,
  player: Player<State, Strategy>,
  mode: TurnMode,
  state: State,
  random: RandomStream,
): Strategy {
  if (mode === 'drill') return drawHard(lessons, state, random);
  return mode === 'random' ? lessons.drawStrategy(state, random) : player.chooseStrategy(state, random);
}

const DRILL_TRIES = 12;

/** A hard strategy that applies; where none is met in a few draws, the last one that was. */
function drawHard<State, Strategy extends { readonly family: string }, S extends Scenario, A extends Action>(
  lessons: Lessons<State, Strategy, S, A>,
  state: State,
  random: RandomStream,
): Strategy {
  let strategy = lessons.drawStrategy(state, random);
  for (let tries = 1; tries < DRILL_TRIES && !lessons.hardFamilies?.includes(strategy.family); tries++) {
    strategy = lessons.drawStrategy(state, random);
  }
  return strategy;
}

function adviceText<State, Strategy extends { readonly family: string }, S extends Scenario, A extends Action>(
  lessons: Lessons<State, Strategy, S, A>,
  mode: Exclude<TurnMode, 'own' | 'noise'>,
  strategy: Strategy,
  state: State,
  random: RandomStream,
): string {
  if (mode === 'random' || mode === 'drill') return lessons.strategyText(strategy, random);
  return mode === 'misfit' ? lessons.drawMisfit(state, random) : '';
}

const given = (text: string): Segment => ({ role: 'given-strategy', text });

function drawMode(modes: TurnModes, random: RandomStream): TurnMode {
  let left = random.uniform();
  for (const [mode, share] of modes) {
    left -= share;
    if (left < 0) return mode;
  }
  return 'own';
}
