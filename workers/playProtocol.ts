import { z } from 'zod';
import { ChatEndpoint } from '../src/record/chatEndpoint.ts';
import { isModelName } from '../src/record/modelName.ts';
import { Scenario, SeatIndex } from '../src/record/scenario.ts';

/** A play: a person sits in an episode, or is advised in it. The worker keeps nothing of it between two orders. */

const TokenIds = z.array(z.int().min(0));

/** One turn of a play. What models wrote keeps its token ids: nothing that was sampled is tokenised again. */
export const PlayTurn = z.strictObject({
  seat: SeatIndex,
  /** What the seat was advised, or wrote for itself; null: nobody did. */
  strategy: z.string().nullable(),
  utterance: z.string(),
  /** Why nothing can be made of a chat model's reply, so that the turn is invalid whatever the rules; null: it can. */
  unreadable: z.string().nullable(),
  /** What models drew for it, strategy before utterance; empty where none did. */
  draws: z.array(TokenIds),
});
export type PlayTurn = z.infer<typeof PlayTurn>;

export const PlayStrategist = z.discriminatedUnion('kind', [
  /** A checkpoint's trained strategist; null: the model as it was before training. */
  z.strictObject({ kind: z.literal('model'), checkpointId: z.string().nullable() }),
  z.strictObject({ kind: z.literal('fixed'), text: z.string() }),
  /** The agent writes a strategy of its own first. Chat models only. */
  z.strictObject({ kind: z.literal('own') }),
  z.strictObject({ kind: z.literal('none') }),
]);
export type PlayStrategist = z.infer<typeof PlayStrategist>;

export const PlayAgent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('model') }),
  z.strictObject({ kind: z.literal('chat'), server: ChatEndpoint }),
  /** The model that the browser brings along. */
  z.strictObject({ kind: z.literal('browser') }),
  /** A rule of `agent/rulePlayers.ts`, which nobody advises. */
  z.strictObject({ kind: z.literal('script'), name: z.string() }),
  /** Somebody at the keyboard: only a strategy is wanted. */
  z.strictObject({ kind: z.literal('person') }),
]);
export type PlayAgent = z.infer<typeof PlayAgent>;

/** Everything that the next turn of a seat is a function of. */
export const PlayOrder = z.strictObject({
  /** Of strategist and agent alike, where they are models. */
  model: z.string().refine(isModelName),
  strategist: PlayStrategist,
  agent: PlayAgent,
  scenario: Scenario,
  /** The seat to move. */
  seat: SeatIndex,
  /** The dialogue so far, the world's turns included. */
  turns: z.array(PlayTurn),
  turnLimit: z.int().min(1),
  strategistTemperature: z.number().min(0).max(2),
  agentTemperature: z.number().min(0).max(2),
  strategyTokenLimit: z.int().min(1),
  actionTokenLimit: z.int().min(1),
  chatTokenLimit: z.int().min(1),
  seed: z.int().min(0),
});
export type PlayOrder = z.infer<typeof PlayOrder>;
