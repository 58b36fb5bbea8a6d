import { literalAgent } from '../agent/literalAgent.ts';
import type { RandomStream } from '../base/random.ts';
import type { Environment } from '../environment/environment.ts';
import type { Speaker } from '../policy/engine.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { SeatIndex } from '../record/scenario.ts';

/** A rule that writes: what a script says, or the strategy that is given to an agent. */
export type Script<State> = (state: State, seat: SeatIndex, random: RandomStream) => string;
/** A rule that speaks; `strategy` is what the seat's strategist has written, null where there is none. */
export type ScriptedAgent<State> = (
  state: State,
  seat: SeatIndex,
  random: RandomStream,
  strategy: string | null,
) => string;

/** What a strategist reads before its own view: the tokens of an example, of a hint, of an earlier attempt. */
export interface Help {
  readonly tokenIds: readonly number[];
  /** Whether the training sequence keeps it; else the strategist learns to do without. */
  readonly isTrainedWith: boolean;
}

/** Who decides for a seat: a strategist (or nobody), and an agent that carries the strategy out. */
export interface SeatPlan<State> {
  readonly strategist:
    | {
        readonly kind: 'model';
        readonly speaker: Speaker;
        readonly temperature: number;
        readonly isTrained: boolean;
        readonly help?: Help;
      }
    /** Writes by rule what `speaker` could have written: its context is kept, nothing is drawn, and it may be learned from. */
    | { readonly kind: 'expert'; readonly speaker: Speaker; readonly write: Script<State>; readonly isTrained: boolean }
    | { readonly kind: 'script'; readonly write: Script<State> }
    | null;
  readonly agent:
    | { readonly kind: 'model'; readonly speaker: Speaker; readonly temperature: number }
    | { readonly kind: 'script'; readonly speak: ScriptedAgent<State> };
}

/** Whether the seat's strategies are learned from: drawn from the policy in training, or shown to it. */
export function isTrained<State>({ strategist }: SeatPlan<State>): boolean {
  return (strategist?.kind === 'model' || strategist?.kind === 'expert') && strategist.isTrained;
}

/** Who carries the strategies of a run out: the frozen base in its own words, or rules to the letter. */
export function agentPlan<State>(
  environment: Pick<Environment<State>, 'carryOut'>,
  { agent, agentTemperature }: Pick<RunConfig, 'agent' | 'agentTemperature'>,
  base: Speaker,
): SeatPlan<State>['agent'] {
  return agent === 'script'
    ? { kind: 'script', speak: literalAgent(environment) }
    : { kind: 'model', speaker: base, temperature: agentTemperature };
}

/** The seat of the world, where seat 1 is no player: rules answer there. Null where somebody sits there. */
export function worldSeat<State>({ worldReply }: Pick<Environment<State>, 'worldReply'>): SeatPlan<State> | null {
  return worldReply
    ? { strategist: null, agent: { kind: 'script', speak: (state: State) => worldReply(state) } }
    : null;
}
