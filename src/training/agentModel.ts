import type { AskedAgent, Deed, Moment } from '../agent/askedAgent.ts';
import { strategyLine, utteranceLine } from '../agent/chat/scene.ts';
import { AppError } from '../base/errors.ts';
import { Owner } from '../base/owner.ts';
import { drawKey } from '../base/random.ts';
import type { Environment } from '../environment/environment.ts';
import type { Decoder, Engine, Speaker } from '../policy/engine.ts';
import type { AnyCheckpoint, ModelDescription } from '../policy/formats/huggingFace.ts';
import { loadFrozen } from '../policy/frozenWeights.ts';
import { drawn, type Context, type Desk, type Writer } from '../policy/generate.ts';
import type { FrozenShape } from '../policy/memoryEstimate.ts';
import { modelHash } from '../policy/modelHash.ts';
import type { ModelIdentity } from '../record/checkpoint.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { JointWriting } from './jointWriting.ts';
import { clipped } from './playTurn.ts';
import { agentShape } from './runShape.ts';

/** A model with the engine that computes it, to act for seats whatever is trained. */
export interface AgentModelPorts {
  readonly modelName: string;
  readonly model: AnyCheckpoint;
  readonly engine: Engine;
}

/** The same, open on the device: whoever asks it is answered in one batch. */
export interface AgentModel extends Disposable {
  readonly identity: ModelIdentity;
  readonly model: ModelDescription;
  readonly speaker: Speaker;
  readonly writing: JointWriting;
}

/** The caller frees it, after everybody who asks it has ended. @throws those of `modelHash` and `loadFrozen` */
export async function openAgentModel(
  { modelName, model, engine }: AgentModelPorts,
  { precision, slotCount }: FrozenShape,
): Promise<AgentModel> {
  const resources = new Owner();
  try {
    const identity = { name: modelName, sha256: await modelHash(model) };
    const speaker = resources.own(await loadFrozen(engine, model, precision));
    const decoder: Decoder = resources.own(engine.createDecoder([speaker], slotCount));
    const writing = new JointWriting(decoder);
    return { identity, model, speaker, writing, [Symbol.dispose]: () => resources[Symbol.dispose]() };
  } catch (thrown) {
    resources[Symbol.dispose]();
    throw thrown;
  }
}

type Limits = Pick<RunConfig, 'agentTemperature' | 'strategyTokenLimit' | 'actionTokenLimit'>;

/**
 * The model at a seat. What it reads is what the base would read there as agent (`course.ts`), in its own tokens and form: all
 * that reaches it is text. What it says is a function of its weights, the moment and the moment's name.
 */
export function agentModelSeat<State>(
  environment: Pick<Environment<State>, 'view' | 'board'>,
  { model: { config, tokenizer, chatFormat }, speaker, writing }: Pick<AgentModel, 'model' | 'speaker' | 'writing'>,
  { agentTemperature: temperature, strategyTokenLimit, actionTokenLimit }: Limits,
): AskedAgent<State> {
  const strategy = (text: string | null) => clipped(chatFormat.strategy(text ?? ''), strategyTokenLimit);

  /** Everything before the strategy of this turn. */
  function readAt({ scenario, state, seat, history, pastBoards }: Moment<State>): number[] {
    const boards = pastBoards.values();
    const turns = history.flatMap((turn) => {
      if (turn.by === 'partner') return chatFormat.partnerTurn(turn.utterance);
      return [
        ...chatFormat.openOwnTurn(boards.next().value ?? ''),
        ...strategy(turn.strategy),
        ...chatFormat.openAction,
        ...clipped(chatFormat.action(turn.utterance), actionTokenLimit),
      ];
    });
    const view = chatFormat.openView(environment.view(scenario, seat));
    return [...view, ...turns, ...chatFormat.openOwnTurn(environment.board(state, seat))];
  }

  function* drawnText(context: Context, stopToken: number, tokenLimit: number, key: string): Writer<string> {
    const sample = yield* drawn({ context, stopToken, tokenLimit, temperature, key: drawKey(0, key) });
    if (!sample.isComplete) context.append([stopToken]);
    return tokenizer.decode(sample.tokenIds);
  }

  function* act({ advice, name }: Moment<State>, read: readonly number[], desk: Desk): Writer<Deed> {
    const context = desk.open(speaker);
    context.append(read);
    let ownStrategy: string | null = null;
    if (advice.kind === 'own') {
      const own = yield* drawnText(context, chatFormat.strategyEnd, strategyTokenLimit, `agent strategy/${name}`);
      ownStrategy = strategyLine(own);
    } else context.append(strategy(advice.kind === 'strategy' ? advice.text : null));
    context.append(chatFormat.openAction);
    const words = yield* drawnText(context, chatFormat.actionEnd, actionTokenLimit, `agent utterance/${name}`);
    context.close();
    return { utterance: utteranceLine(words), ownStrategy, unreadable: null };
  }

  return async (moment, signal) => {
    signal.throwIfAborted();
    const read = readAt(moment);
    const most = read.length + strategyTokenLimit + 1 + chatFormat.openAction.length + actionTokenLimit + 1;
    if (most > config.contextLength) return OUT_OF_ROOM;
    return writing.write({ slotCount: 1, start: (desk) => act(moment, read, desk) }, signal);
  };
}

/** Opens the model for one sitting and seats it; null where there is none. @param resources will own it */
export async function seatAgentModel<State>(
  environment: Pick<Environment<State>, 'view' | 'board'>,
  ports: AgentModelPorts | null,
  config: Limits & Parameters<typeof agentShape>[0],
  resources: Owner,
): Promise<AskedAgent<State> | null> {
  if (!ports) return null;
  const opened = resources.own(await openAgentModel(ports, agentShape(config, ports.engine)));
  return agentModelSeat(environment, opened, config);
}

/** The run goes on, as with a reply of which nothing can be made. */
const OUT_OF_ROOM: Deed = {
  utterance: '',
  ownStrategy: null,
  unreadable: 'The dialogue has grown longer than the agent’s model can read.',
};

/**
 * Whether a run goes on with the model that acted in it so far, wherever that is kept now.
 * @throws AppError `agent-model-changed`
 */
export function assertSameAgentModel(before: ModelIdentity | undefined, now: ModelIdentity | null): void {
  if (!before || before.sha256 === now?.sha256) return;
  throw new AppError('agent-model-changed', {
    what: 'The run cannot go on with another model as its agent.',
    why: `So far ${named(before)} carried strategies out; this is ${now ? named(now) : 'nobody'}.`,
    fix: 'Give it the same model: keep it under Models in the page, or name it with --agent-model.',
  });
}

const named = ({ name, sha256 }: ModelIdentity) => `${name} (SHA-256 ${sha256.slice(0, 12)}…)`;
