import { AppError } from '../src/base/errors.ts';
import { expectEnvironmentFor } from '../src/environment/registry.ts';
import {
  drawn,
  imposed,
  runWriters,
  sampleRequest,
  type Job,
  type SampleRequest,
  type Writer,
} from '../src/policy/generate.ts';
import type { Speaker } from '../src/policy/engine.ts';
import { contextCount, playEpisode, type EpisodePlan, type Table } from '../src/training/rollout.ts';
import { worldSeat, type SeatPlan } from '../src/training/seatPlan.ts';
import type { AnswerKind, EngineMessage, Talk, TalkAnswer } from './protocol.ts';
import type { OpenModel } from './workbench.ts';

/** News of one question, without its id. */
export type TalkNews =
  | Omit<Extract<EngineMessage, { kind: 'talk.streamed' }>, 'askId'>
  | Omit<Extract<EngineMessage, { kind: 'talk.answered' }>, 'askId'>;

const ANSWERS: readonly AnswerKind[] = ['plain', 'advised'];

/**
 * The model's next turn, twice: without a strategy and with one. The dialogue so far is played again by the trainer's
 * own `playEpisode`, with every earlier draw put in its place, so a talk reads exactly as a rollout does. Both answers
 * draw the same random numbers: what differs between them is the strategy.
 *
 * @throws AppError `scenario-unknown` or `talk-context-full`; the signal's reason when it is aborted
 */
export async function answerTwice(
  talk: Talk,
  { model, engine, speaker }: Pick<OpenModel, 'model' | 'engine'> & { readonly speaker: Speaker },
  signal: AbortSignal,
  tell: (news: TalkNews) => void,
): Promise<void> {
  const environment = expectEnvironmentFor(talk.scenario);
  using decoder = engine.createDecoder([speaker], ANSWERS.length); // strategist and agent share a context
  const { chatFormat, tokenizer } = model;
  const advice = talk.advice === null ? null : chatFormat.strategy(talk.advice);
  const table: Table<unknown> = {
    environment,
    tokenizer,
    chatFormat,
    contextLength: model.config.contextLength,
    turnLimit: talk.turnLimit,
    // Only to see whether the context has room; a strategy that is given may be longer than one that is drawn.
    strategyTokenLimit: Math.max(talk.strategyTokenLimit, advice?.length ?? 0),
    actionTokenLimit: talk.actionTokenLimit,
  };
  const modelSeat: SeatPlan<unknown> = {
    strategist: { kind: 'model', speaker, temperature: talk.strategistTemperature, isTrained: false },
    agent: { kind: 'model', speaker, temperature: talk.agentTemperature },
  };
  const jobs = ANSWERS.map((answer): Job<TalkAnswer> => {
    const otherSeat: SeatPlan<unknown> = worldSeat(environment) ?? {
      strategist: null,
      agent: { kind: 'script', speak: reciter(talk) },
    };
    const plan: EpisodePlan<unknown> = {
      episodeId: answer,
      scenario: talk.scenario,
      seats: talk.personSeat === 0 ? [otherSeat, modelSeat] : [modelSeat, otherSeat],
      seed: talk.seed,
      coordinates: ['talk'],
    };
    const strategy = answer === 'plain' ? chatFormat.strategy('') : advice;
    const onText = (role: 'strategist' | 'agent', tokenIds: readonly number[]) =>
      tell({ kind: 'talk.streamed', answer, role, text: tokenizer.decode(tokenIds), tokenCount: tokenIds.length });
    const read = ([strategyIds, utteranceIds]: readonly [readonly number[], readonly number[]]): TalkAnswer => ({
      strategy: answer === 'plain' ? null : tokenizer.decode(strategyIds),
      strategyIds: [...strategyIds],
      utterance: tokenizer.decode(utteranceIds),
      utteranceIds: [...utteranceIds],
    });
    return {
      slotCount: contextCount(plan),
      start: (desk) => answerOnce(playEpisode(table, plan, desk), earlierDraws(talk), strategy, onText, read),
    };
  });
  for await (const { finished } of runWriters(decoder, jobs, signal)) {
    for (const { index, outcome } of finished) {
      tell({ kind: 'talk.answered', answer: ANSWERS[index] ?? 'plain', reply: outcome });
    }
  }
}

/** Goes through the dialogue's requests for text: earlier ones get what was drawn then, the last two are the answer. */
function* answerOnce<Outcome>(
  dialogue: Writer<unknown>,
  earlier: readonly (readonly number[])[],
  strategy: readonly number[] | null,
  onText: (role: 'strategist' | 'agent', tokenIds: readonly number[]) => void,
  read: (drawn: readonly [readonly number[], readonly number[]]) => Outcome,
): Writer<Outcome> {
  let step = dialogue.next(undefined);
  const request = (): SampleRequest => {
    if (step.done) throw contextFull();
    return sampleRequest(step.value); // model and script sit here, nobody outside
  };
  for (const tokenIds of earlier) step = dialogue.next(imposed(request(), tokenIds));
  const strategySample = strategy
    ? imposed(request(), strategy)
    : yield* drawn({ ...request(), onToken: (tokenIds) => onText('strategist', tokenIds) });
  if (strategy) onText('strategist', strategy);
  step = dialogue.next(strategySample);
  const utterance = yield* drawn({ ...request(), onToken: (tokenIds) => onText('agent', tokenIds) });
  return read([strategySample.tokenIds, utterance.tokenIds]);
}

/** What the model drew in its earlier turns, in the order in which it was asked. */
function earlierDraws({ turns }: Talk): (readonly number[])[] {
  return turns.flatMap((turn) => (turn.by === 'model' ? [turn.strategyIds, turn.utteranceIds] : []));
}

/** Says what the person said, turn by turn. */
function reciter({ turns }: Talk): () => string {
  const utterances = turns.flatMap((turn) => (turn.by === 'person' ? [turn.utterance] : []));
  let next = 0;
  return () => {
    const utterance = utterances[next++];
    if (utterance === undefined) throw new Error('answerTwice: it is the person’s turn');
    return utterance;
  };
}

function contextFull(): AppError {
  return new AppError('talk-context-full', {
    what: 'The model cannot answer any more in this dialogue.',
    why: 'The dialogue is over, or it has grown longer than the model can read.',
    fix: 'Start again, and use fewer words.',
  });
}
