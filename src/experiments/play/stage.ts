import { NO_CHATS, type Chats } from '../../agent/chat/chat.ts';
import { AppError } from '../../base/errors.ts';
import { Owner } from '../../base/owner.ts';
import { RandomStream } from '../../base/random.ts';
import { environmentOf } from '../../environment/registry.ts';
import type { Decoder, Engine, Policy, Trainable } from '../../policy/engine.ts';
import type { AnyCheckpoint } from '../../policy/formats/huggingFace.ts';
import { loadFrozen } from '../../policy/frozenWeights.ts';
import type { Cell, Player } from '../../record/experiment.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import { castOf } from '../../training/cast.ts';
import { contextCount, type EpisodePlan, type Table } from '../../training/rollout.ts';
import { worldSeat } from '../../training/seatPlan.ts';
import { isSamePlayer } from '../identity.ts';
import { trainedPlayers } from '../known.ts';
import { seatingOf } from './seats.ts';

/** A model with the engine that computes it. */
export interface OpenModel {
  readonly modelName: string;
  readonly model: AnyCheckpoint;
  readonly engine: Engine;
}

/** A cell's players, open on the device. */
export interface Stage extends Disposable {
  readonly table: Table<unknown>;
  readonly decoder: Decoder;
  /** The cell's episode of that number: a function of cell and number. */
  episode(index: number): PlannedEpisode;
}

export interface StageSize {
  /** Most that will be played. */
  readonly episodes: number;
  readonly chats?: Chats | undefined;
  /** 2 where dialogues are forked while they are open. */
  readonly slotsPerContext?: number;
}

export interface PlannedEpisode {
  readonly plan: EpisodePlan<unknown>;
  /** Of the measured player. */
  readonly seat: SeatIndex;
}

/** Episodes at once: as many as keep a batch full. */
const AT_ONCE = 128;

/**
 * Opens the players of a cell. @param strategistOf the weights of a training
 * @throws AppError `player-unknown`, `chat-server-missing`, `agent-thoughtless`
 */
export async function openStage(
  cell: Cell,
  { model, engine }: OpenModel,
  strategistOf: (player: Extract<Player, { kind: 'trained' }>) => Promise<Trainable>,
  { episodes, chats = NO_CHATS, slotsPerContext = 1 }: StageSize,
): Promise<Stage> {
  const resources = new Owner();
  try {
    const environment = environmentOf(cell.environment);
    const base = resources.own(await loadFrozen(engine, model));
    const policies = new Map<string, Policy>();
    for (const player of trainedPlayers(cell)) {
      const name = `${player.runId} ${player.updates}`;
      if (!policies.has(name)) policies.set(name, resources.own(engine.createPolicy(base, await strategistOf(player))));
    }
    const policyOf = (runId: string, updates: number): Policy => {
      const policy = policies.get(`${runId} ${updates}`);
      if (!policy) throw new Error(`openStage: ${runId} was not opened`);
      return policy;
    };
    const sampling = { strategistTemperature: 1, agentTemperature: cell.agentTemperature, chatTokenLimit: CHAT_TOKENS };
    const cast = castOf<unknown>(environment, sampling, base, chats.agent, chats.browser);
    const measured = seatingOf(cell.measured, cell, cast, policyOf);
    const partner = isSamePlayer(cell.partner, cell.measured)
      ? measured
      : seatingOf(cell.partner, cell, cast, policyOf);
    const world = worldSeat(environment);
    const scenarios = new RandomStream(cell.seed, 'benchmark order').shuffled(environment.scenarios(cell.split));
    if (scenarios.length === 0) throw nothingToPlay(cell);

    const episode = (index: number): PlannedEpisode => {
      // Each scenario from both seats, one after the other, so that neither seat's luck is the player's.
      const seat: SeatIndex = world || index % 2 === 0 ? 0 : 1;
      const scenario = scenarios[(world ? index : Math.floor(index / 2)) % scenarios.length] as Scenario; // never empty
      const [own, other] = [measured(scenario, seat, index), world ?? partner(scenario, seat === 0 ? 1 : 0, index)];
      const plan: EpisodePlan<unknown> = {
        episodeId: `benchmark-${index}`,
        scenario,
        seats: seat === 0 ? [own, other] : [other, own],
        seed: cell.seed,
        coordinates: ['benchmark', index],
      };
      return { plan, seat };
    };
    const slots =
      slotsPerContext * Math.max(1, contextCount(episode(0).plan)) * Math.max(1, Math.min(AT_ONCE, episodes));
    return {
      table: {
        environment,
        tokenizer: model.tokenizer,
        chatFormat: model.chatFormat,
        contextLength: model.config.contextLength,
        turnLimit: cell.turnLimit || environment.turnLimit,
        strategyTokenLimit: cell.strategyTokenLimit,
        actionTokenLimit: cell.actionTokenLimit,
      },
      decoder: resources.own(engine.createDecoder([...policies.values(), base], Math.min(slots, engine.slotLimit))),
      episode,
      [Symbol.dispose]: () => resources[Symbol.dispose](),
    };
  } catch (thrown) {
    resources[Symbol.dispose]();
    throw thrown;
  }
}

/** Of one reply of a chat server. */
const CHAT_TOKENS = 400;

function nothingToPlay({ environment, split }: Cell): AppError {
  return new AppError('scenario-unknown', {
    what: 'There is nothing to play.',
    why: `${environment} has no scenario in the ${split} split.`,
    fix: 'Choose another split or environment.',
  });
}
