import type { AnyEnvironment } from '../../environment/registry.ts';
import type { Action, StrategyReading } from '../../record/episode.ts';
import type { PlayTurn } from '../../../workers/playProtocol.ts';
import type { Stage } from './playSettings.ts';

/** One turn as the environment took it. */
export interface ReadTurn {
  readonly turn: PlayTurn;
  readonly board: string;
  readonly action: Action;
  readonly strategyReading: StrategyReading | null;
  /** Own value of what the seat could have taken. */
  readonly offerValue: number | null;
  readonly isWorld: boolean;
}

export interface PlayReading extends Stage {
  readonly turns: readonly ReadTurn[];
  /** After all of them. */
  readonly state: unknown;
}

/** Plays what was said, by the rules that training plays by. */
export function readPlay({ environment, scenario }: Stage, turns: readonly PlayTurn[]): PlayReading {
  let state = environment.start(scenario, environment.turnLimit);
  const read: ReadTurn[] = [];
  for (const turn of turns) {
    const seat = environment.seatToMove(state);
    if (seat === null) break;
    const { strategy } = turn;
    const action = actionOf(environment, state, turn);
    read.push({
      turn,
      board: environment.board(state, seat),
      action,
      strategyReading: strategy === null ? null : environment.readStrategy(state, strategy, action),
      offerValue: environment.offerValue?.(state, seat) ?? null,
      isWorld: environment.worldReply !== undefined && seat === 1,
    });
    state = environment.step(state, action);
  }
  return { environment, scenario, turns: read, state };
}

/** A reply that nobody could read is invalid, whatever the rules make of its empty words. */
function actionOf(environment: AnyEnvironment, state: unknown, { utterance, unreadable }: PlayTurn): Action {
  return unreadable === null
    ? environment.readAction(state, utterance)
    : environment.actionSchema.parse({ kind: 'invalid', reason: unreadable });
}

/** Who has to do something before the play can go on. */
export type Next = 'over' | 'person' | 'partner' | 'world';

export function nextOf({ environment, state }: PlayReading, personSeat: 0 | 1): Next {
  const seat = environment.seatToMove(state);
  if (seat === null) return 'over';
  if (environment.worldReply && seat === 1) return 'world';
  return seat === personSeat ? 'person' : 'partner';
}
