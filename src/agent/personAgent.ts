import type { Environment } from '../environment/environment.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import type { AskedAgent } from './askedAgent.ts';
import { checkBy, utteranceLine } from './chat/scene.ts';
import type { AgentScene, Manner } from './chat/scene.ts';
import { momentScenes } from './momentScenes.ts';

/** A turn that a person is to take. Plain data, so that it may cross to the page. */
export interface PersonQuestion {
  /** See `Moment.name`. */
  readonly name: string;
  readonly seat: SeatIndex;
  /** All that the seat may see: its goal, the words so far, the board, the strategist’s whisper (`advice`). */
  readonly scene: AgentScene;
  /** What was said a moment ago, and why the rules cannot read it; null when the person is asked for the first time. */
  readonly problem: { readonly said: string; readonly why: string } | null;
}

/**
 * Shows a person their turn and waits for their words; `scene.manner` has those that leave or let the turn pass.
 * @throws the signal's reason when nobody waits any longer; AppError when the person has left
 */
export type AskPerson = (question: PersonQuestion, signal: AbortSignal) => Promise<string>;

/**
 * A person at the keyboard. Like every agent they may ignore the strategy, and what the rules cannot read they may say once
 * more; after that it stands as it is, as an invalid turn.
 */
export function personAgent<State, S extends Scenario>(
  environment: Environment<State, S>,
  mannerOf: (seat: SeatIndex) => Manner,
  ask: AskPerson,
): AskedAgent<State, S> {
  const sceneAt = momentScenes(environment, mannerOf);
  return async (moment, signal) => {
    const { name, seat, state } = moment;
    const scene = sceneAt(moment);
    const first = utteranceLine(await ask({ name, seat, scene, problem: null }, signal));
    const why = checkBy(environment, state)(first);
    const utterance =
      why === null ? first : utteranceLine(await ask({ name, seat, scene, problem: { said: first, why } }, signal));
    return { utterance, ownStrategy: null, unreadable: null };
  };
}
