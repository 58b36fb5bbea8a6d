import { RandomStream } from '../../base/random.ts';
import type { Environment } from '../../environment/environment.ts';
import type { Lessons, Player } from '../../environment/lessons.ts';
import { ALL_LESSONS } from '../../environment/registry.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import type { Script } from '../seatPlan.ts';

/** A strategy as whoever teaches it knows it; nobody else looks inside. */
type Strategy = { readonly family: string };
type Teacher<State> = Lessons<State, Strategy>;

/** One turn of a scripted dialogue, in words. */
export interface ScriptedTurn {
  readonly seat: SeatIndex;
  readonly board: string;
  readonly strategy: string;
  readonly utterance: string;
}

/** Rule-made players of both seats who once did well together, and what they said then. */
export interface Experts<State> {
  /** What each writes as strategist; the world writes nothing. */
  readonly write: readonly [Script<State>, Script<State>];
  readonly turns: readonly ScriptedTurn[];
  readonly points: readonly [number, number];
}

/** So many pairs of players are tried: their temperaments differ, and many are no example to anybody. */
const CANDIDATES = 12;
/** So many of them, the best, play again, so that luck is told from skill. */
const FINALISTS = 3;
const DIALOGUES_OF_FINALISTS = 3;

/** The lessons of an environment, if it is one of the lab's own: the very same object, and so the same states. */
export function teacherOf<State, S extends Scenario>(environment: Environment<State, S>): Teacher<State> | null {
  const lessons = ALL_LESSONS.find((candidate) => (candidate.environment as unknown) === environment);
  return (lessons as unknown as Teacher<State> | undefined) ?? null; // by that identity
}

/**
 * The best of several pairs of rule-made players in a scenario: those whose own dialogues leave the seats in question with
 * the most points, the poorer of them counting first. A function of seed and name.
 *
 * @param seats who is to be an example
 */
export function bestExperts<State>(
  teacher: Teacher<State>,
  scenario: Scenario,
  seats: readonly SeatIndex[],
  turnLimit: number,
  seed: number,
  name: readonly (string | number)[],
): Experts<State> {
  const { environment } = teacher;
  const streamOf = (...rest: readonly (string | number)[]) =>
    new RandomStream(seed, 'experts', scenario.id, ...name, ...rest);
  const worth = (points: readonly [number, number]) => {
    const own = seats.map((seat) => points[seat]);
    return Math.min(...own) + own.reduce((sum, value) => sum + value, 0) / 1000;
  };
  const pairs = Array.from({ length: CANDIDATES }, (_, index): Pair<State> => {
    const players: Players<State> = [
      teacher.createPlayer(scenario, 0, streamOf(index, 'player', 0)),
      environment.worldReply ? null : teacher.createPlayer(scenario, 1, streamOf(index, 'player', 1)),
    ];
    const played = dialogueOf(teacher, scenario, players, turnLimit, streamOf(index, 'dialogue', 0));
    return { index, players, dialogues: [played] };
  });
  const meanWorth = ({ dialogues }: Pair<State>) =>
    dialogues.reduce((sum, { points }) => sum + worth(points), 0) / dialogues.length;
  const better = (a: Pair<State>, b: Pair<State>) => meanWorth(b) - meanWorth(a) || a.index - b.index;
  const finalists = pairs.toSorted(better).slice(0, FINALISTS);
  for (const { index, players, dialogues } of finalists) {
    while (dialogues.length < DIALOGUES_OF_FINALISTS) {
      const random = streamOf(index, 'dialogue', dialogues.length);
      dialogues.push(dialogueOf(teacher, scenario, players, turnLimit, random));
    }
  }
  const [best] = finalists.toSorted(better);
  if (!best) throw new Error('bestExperts: there are candidates');
  const [first, second] = best.players;
  const shown = best.dialogues.toSorted((a, b) => worth(b.points) - worth(a.points))[0];
  return {
    write: [scriptOf(teacher, first), scriptOf(teacher, second)],
    turns: shown?.turns ?? [],
    points: shown?.points ?? [0, 0],
  };
}

type Players<State> = readonly [Player<State, Strategy>, Player<State, Strategy> | null];
type Dialogue = Pick<Experts<unknown>, 'turns' | 'points'>;

interface Pair<State> {
  readonly index: number;
  readonly players: Players<State>;
  readonly dialogues: Dialogue[];
}

function dialogueOf<State>(
  teacher: Teacher<State>,
  scenario: Scenario,
  players: Players<State>,
  turnLimit: number,
  random: RandomStream,
): Dialogue {
  const { environment } = teacher;
  const turns: ScriptedTurn[] = [];
  let state = environment.start(scenario, turnLimit);
  for (let seat = environment.seatToMove(state); seat !== null; seat = environment.seatToMove(state)) {
    const player = players[seat];
    const strategy = player?.chooseStrategy(state, random);
    const utterance = strategy ? teacher.utterance(strategy, state, random) : (environment.worldReply?.(state) ?? '');
    const text = strategy ? teacher.strategyText(strategy, random) : '';
    turns.push({ seat, board: player ? environment.board(state, seat) : '', strategy: text, utterance });
    state = environment.step(state, environment.readAction(state, utterance));
  }
  return { turns, points: environment.outcome(state)?.points ?? [0, 0] };
}

function scriptOf<State>(teacher: Teacher<State>, player: Player<State, Strategy> | null): Script<State> {
  return (state, _seat, random) => (player ? teacher.strategyText(player.chooseStrategy(state, random), random) : '');
}
