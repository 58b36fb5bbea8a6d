import { assertNever } from '../base/errors.ts';
import type { Advice, PastTurn } from '../agent/chat/scene.ts';
import type { Action } from '../record/episode.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import type { RandomStream } from '../base/random.ts';
import type { DrawKey } from '../policy/engine.ts';
import { asked, drawn, type Context, type Writer } from '../policy/generate.ts';
import { coordinatesAt } from './course.ts';
import type { EpisodePlan, PlayedTurn, Table } from './rollout.ts';

/** What the agent has to go on. */
interface Occasion<State, S extends Scenario, A extends Action> {
  readonly table: Table<State, S, A>;
  readonly plan: EpisodePlan<State, S>;
  readonly state: State;
  readonly seat: SeatIndex;
  readonly before: readonly PlayedTurn<A>[];
  /** null: nobody advises it. */
  readonly strategy: string | null;
  /** Of a model, with everything before its words; null for all others. */
  readonly agent: Context | null;
  readonly key: (purpose: string) => DrawKey;
  readonly random: (purpose: string) => RandomStream;
}

interface Act {
  readonly utterance: string;
  /** Where it begins in the agent's context; null without one. */
  readonly utteranceIndex: number | null;
  readonly ownStrategy: string | null;
  /** See `Deed`. */
  readonly unreadable: string | null;
}

/** The agent's part of a turn. Its context holds it afterwards. */
export function* carryOut<State, S extends Scenario, A extends Action>(
  occasion: Occasion<State, S, A>,
  onText: ((text: string) => void) | undefined,
): Writer<Act> {
  const { table, plan, state, seat, strategy, agent, key, random } = occasion;
  const by = plan.seats[seat].agent;
  switch (by.kind) {
    case 'script': {
      const utterance = by.speak(state, seat, random('script'), strategy);
      return { utterance, utteranceIndex: null, ownStrategy: null, unreadable: null };
    }
    case 'asked': {
      const moment = {
        scenario: plan.scenario,
        state,
        seat,
        history: historyOf(occasion),
        pastBoards: occasion.before.flatMap((turn) => (turn.seat === seat ? [turn.board] : [])),
        advice: adviceOf(strategy, by.thinks),
        name: [plan.seed, ...coordinatesAt(plan, occasion.before.length), seat, occasion.before.length].join('/'),
      };
      const deed = yield* asked((signal) => by.act(moment, signal));
      onText?.(deed.utterance);
      return { ...deed, utteranceIndex: null };
    }
    case 'model': {
      if (!agent) throw new Error('a model agent has a context');
      const utteranceIndex = agent.tokenIds.length;
      const { tokenizer, chatFormat } = table;
      const spoken = yield* drawn({
        context: agent,
        stopToken: chatFormat.actionEnd,
        tokenLimit: table.actionTokenLimit,
        temperature: by.temperature,
        key: key('utterance'),
        onToken: onText && ((tokenIds) => onText(tokenizer.decode(tokenIds))),
      });
      if (!spoken.isComplete) agent.append([chatFormat.actionEnd]);
      const utterance = tokenizer.decode(spoken.tokenIds);
      return { utterance, utteranceIndex, ownStrategy: null, unreadable: null };
    }
    default:
      return assertNever(by);
  }
}

function adviceOf(strategy: string | null, thinks: boolean): Advice {
  if (strategy !== null) return { kind: 'strategy', text: strategy };
  return { kind: thinks ? 'own' : 'none' };
}

/** The dialogue as the seat knows it: its own strategies, and of the other only the words. */
function historyOf<State, S extends Scenario, A extends Action>({
  before,
  seat,
}: Pick<Occasion<State, S, A>, 'before' | 'seat'>): PastTurn[] {
  return before.map((turn) =>
    turn.seat === seat
      ? { by: 'self', strategy: turn.strategy, utterance: turn.utterance }
      : { by: 'partner', utterance: turn.utterance },
  );
}
