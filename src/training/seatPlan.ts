import type { AskedAgent } from '../agent/askedAgent.ts';
import { literalAgent } from '../agent/literalAgent.ts';
import { AppError, assertNever } from '../base/errors.ts';
import type { RandomStream } from '../base/random.ts';
import type { Environment } from '../environment/environment.ts';
import type { Speaker } from '../policy/engine.ts';
import type { AgentKind, ChatServers, RunConfig } from '../record/runConfig.ts';
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
    | { readonly kind: 'script'; readonly speak: ScriptedAgent<State> }
    /** Outside the engine. `thinks`: where nobody advises it, it writes a strategy of its own before it acts (ReAct). */
    | { readonly kind: 'asked'; readonly act: AskedAgent<State>; readonly thinks: boolean };
}

/** Whether the seat's strategies are learned from: drawn from the policy in training, or shown to it. */
export function isTrained<State>({ strategist }: SeatPlan<State>): boolean {
  return (strategist?.kind === 'model' || strategist?.kind === 'expert') && strategist.isTrained;
}

/** Who can be called to a seat. */
export interface Cast<State> {
  readonly environment: Pick<Environment<State>, 'carryOut'>;
  readonly base: Speaker;
  readonly strategistTemperature: number;
  readonly agentTemperature: number;
  /** The model on the chat server; null where none was named. */
  readonly chat: AskedAgent<State> | null;
  /** The model that the browser brings along; null where it has none. */
  readonly browser: AskedAgent<State> | null;
  /** Another model than the one in training; null where none is loaded. */
  readonly agentModel: AskedAgent<State> | null;
  /** A rule-made negotiator; null where the environment has none. */
  readonly negotiator: Script<State> | null;
}

/**
 * Who advises a seat that is not trained. `react`: its own agent, before it acts. Scripts have names: `fixed` writes the same
 * each turn, `forced` whatever applies, to test who carries it out.
 */
export type Adviser<State> =
  | 'base'
  | 'none'
  | 'react'
  | { readonly kind: 'script'; readonly name: 'fixed' | 'forced'; readonly write: Script<State> };

/** Who carries strategies out. @throws AppError `agent-model-missing`, `chat-server-missing`, `chat-browser-missing`, `negotiator-missing` */
export function agentPlan<State>(
  { environment, base, agentTemperature, agentModel, chat, browser, negotiator }: Cast<State>,
  agent: AgentKind,
): SeatPlan<State>['agent'] {
  switch (agent) {
    case 'script':
      return { kind: 'script', speak: literalAgent(environment) };
    case 'model':
      return { kind: 'model', speaker: base, temperature: agentTemperature };
    case 'other-model':
      if (!agentModel) throw agentModelMissing();
      return { kind: 'asked', act: agentModel, thinks: false };
    case 'chat':
      if (!chat) throw serverMissing('agent', 'An agent is on a chat server.');
      return { kind: 'asked', act: chat, thinks: false };
    case 'browser':
      if (!browser) throw browserModelMissing();
      return { kind: 'asked', act: browser, thinks: false };
    case 'negotiator':
      if (!negotiator) throw negotiatorMissing();
      return { kind: 'script', speak: negotiator };
    default:
      return assertNever(agent);
  }
}

/**
 * A seat that is not trained, strategist and agent of any kind.
 * @throws AppError `chat-server-missing`, and `agent-thoughtless` when a script is to think for itself
 */
export function advisedSeat<State>(cast: Cast<State>, adviser: Adviser<State>, kind: AgentKind): SeatPlan<State> {
  const agent = agentPlan(cast, kind);
  const ofBase = {
    kind: 'model',
    speaker: cast.base,
    temperature: cast.strategistTemperature,
    isTrained: false,
  } as const;
  switch (adviser) {
    case 'base':
      return { strategist: ofBase, agent };
    case 'none':
      return { strategist: null, agent };
    case 'react':
      if (agent.kind === 'script') throw thoughtless();
      // The frozen base as agent thinks as its own strategist, in the context that both share.
      return agent.kind === 'asked'
        ? { strategist: null, agent: { ...agent, thinks: true } }
        : { strategist: ofBase, agent };
    default:
      return { strategist: { kind: 'script', write: adviser.write }, agent };
  }
}

export function fixedStrategy<State>(text: string): Adviser<State> {
  return { kind: 'script', name: 'fixed', write: () => text };
}

/** Who sits opposite where a run trains one side. */
export function partnerOf<State>({
  partnerStrategist,
  partnerStrategy,
  partnerAgent,
  agent,
}: Pick<RunConfig, 'partnerStrategist' | 'partnerStrategy' | 'partnerAgent' | 'agent'>) {
  const strategist: Adviser<State> = partnerStrategist === 'fixed' ? fixedStrategy(partnerStrategy) : partnerStrategist;
  // Nobody advises a negotiator: it would not listen.
  if (partnerAgent === 'negotiator') return { strategist: 'none' as const, agent: partnerAgent };
  return { strategist, agent: partnerAgent === 'same' ? agent : partnerAgent };
}

export function agentModelMissing(): AppError {
  return new AppError('agent-model-missing', {
    what: 'The agent’s model is not loaded.',
    why: 'An agent is other-model, and whoever plays here has been given no second model.',
    fix: 'Name it: agentModel in a config, --agent-model on the command line. Where there is no place for it, choose another agent.',
  });
}

export function browserModelMissing(): AppError {
  return new AppError('chat-browser-missing', {
    what: 'This browser has no language model of its own.',
    why: 'The agent is browser, and the Prompt API is not there, or not on this device. The command line has no browser at all.',
    fix: 'Choose another agent, or a browser that brings a model along, for example a recent Chrome on a computer.',
  });
}

export function negotiatorMissing(): AppError {
  return new AppError('negotiator-missing', {
    what: 'There is no negotiator for this environment.',
    why: 'The partner’s agent is negotiator, and only negotiations have some that are made by rule.',
    fix: 'Choose another agent for the partner, or a negotiation as environment.',
  });
}

/** @param who as `servers` of a config calls it */
export function serverMissing(who: keyof ChatServers, why: string): AppError {
  return new AppError('chat-server-missing', {
    what: 'There is nobody to ask.',
    why: `${why} No server is named.`,
    fix: `Name one: in the page under “Who plays”, or in a config file: {"servers": {"${who}": {"baseUrl": "http://localhost:11434/v1", "model": "…"}}}. A key comes from the environment, never from the file.`,
  });
}

export function thoughtless(): AppError {
  return new AppError('agent-thoughtless', {
    what: 'A script cannot write a strategy of its own.',
    why: 'The seat’s strategist is react, which leaves the strategy to the agent, and the agent is script.',
    fix: 'Choose another strategist for the seat, or model or chat as its agent.',
  });
}

/** The seat of the world, where seat 1 is no player: rules answer there. Null where somebody sits there. */
export function worldSeat<State>({ worldReply }: Pick<Environment<State>, 'worldReply'>): SeatPlan<State> | null {
  return worldReply
    ? { strategist: null, agent: { kind: 'script', speak: (state: State) => worldReply(state) } }
    : null;
}
