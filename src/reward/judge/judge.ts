import type { AskChat, ChatMessage } from '../../base/chat.ts';
import { AppError, isAbort } from '../../base/errors.ts';
import { sha256 } from '../../base/sha256.ts';
import type { Judgement, SetAside } from '../../record/judgement.ts';
import type { ReplyCache } from '../../base/replyCache.ts';
import { setAsideTurns } from './guard.ts';
import type { JudgedDialogue } from './judgedDialogue.ts';
import { criticalMessages, gradedMessages } from './prompts.ts';
import { readCritical, readGraded } from './readVerdict.ts';

export interface JudgeSettings {
  /** `critical`: select the turns that decided, as the paper. `graded`: a score for every turn. */
  readonly kind: 'critical' | 'graded';
  /** The paper judges at 0.7. */
  readonly temperature: number;
  readonly tokenLimit: number;
  /** Sets turns aside by rule (`guard.ts`). Without it the judge is believed in everything, as in the paper. */
  readonly isGuarded: boolean;
  /** Who judges, for the cache: server and model, or the local model's name and hash. */
  readonly judgeName: string;
}

/** Enough for two or three sentences and the indexes of a long dialogue. */
export const JUDGE_DEFAULTS = { kind: 'critical', temperature: 0.7, tokenLimit: 400, isGuarded: true } as const;

/**
 * Judges the turns of one seat after the episode, with one question (arXiv 2502.12486, section on process rewards). The
 * same question to the same judge is asked once: the reply is kept in `cache`.
 *
 * Whatever goes wrong with the judge costs its judgement, never the run: then it is `missing`, and says why.
 *
 * @throws the signal's reason when it is aborted, and nothing else
 */
export async function judgeDialogue(
  { ask, cache }: { readonly ask: AskChat; readonly cache: ReplyCache },
  dialogue: JudgedDialogue,
  settings: JudgeSettings,
  signal: AbortSignal,
): Promise<Judgement> {
  const setAside = settings.isGuarded ? setAsideTurns(dialogue) : [];
  // Nothing is left to select from: no question.
  if (dialogue.ownTurns.length === setAside.length) return nothingEarned(settings.kind, dialogue, setAside);
  const messages = settings.kind === 'critical' ? criticalMessages(dialogue) : gradedMessages(dialogue);
  const key = cacheKey(messages, settings);
  try {
    // A cache that fails costs a question more, not the judgement.
    const kept = await cache.get(key).catch(() => undefined);
    const reply = kept ?? (await ask({ messages, ...settings }, signal)).text;
    const judgement = judgementOf(settings.kind, reply, dialogue, setAside);
    if (kept === undefined && judgement.kind !== 'missing') await cache.set(key, reply).catch(() => undefined);
    return judgement;
  } catch (thrown) {
    if (signal.aborted || isAbort(thrown)) throw thrown;
    return missing(thrown);
  }
}

function nothingEarned(
  kind: JudgeSettings['kind'],
  { ownTurns }: JudgedDialogue,
  setAside: readonly SetAside[],
): Judgement {
  return kind === 'critical'
    ? { kind, ownTurns: [], reason: '', setAside }
    : { kind, scores: ownTurns.map(() => 0), reason: '', setAside };
}

function judgementOf(
  kind: JudgeSettings['kind'],
  reply: string,
  { ownTurns }: JudgedDialogue,
  setAside: readonly SetAside[],
): Judgement {
  const isSetAside = (turn: number) => setAside.some(({ ownTurn }) => ownTurn === turn);
  const turnCount = ownTurns.length;
  if (kind === 'critical') {
    const verdict = readCritical(reply, turnCount);
    if (!verdict) return unreadable('"indexes"');
    return { kind, ...verdict, ownTurns: verdict.ownTurns.filter((turn) => !isSetAside(turn)), setAside };
  }
  const verdict = readGraded(reply, turnCount);
  if (!verdict) return unreadable('"scores"');
  return { kind, ...verdict, scores: verdict.scores.map((score, turn) => (isSetAside(turn) ? 0 : score)), setAside };
}

function unreadable(what: string): Judgement {
  return {
    kind: 'missing',
    what: 'The judge’s reply cannot be read.',
    why: `There is no JSON object with ${what} in it.`,
    fix: 'The turns keep the reward of the outcome. If it happens often, choose a more capable judge or a higher token limit.',
  };
}

function missing(thrown: unknown): Judgement {
  if (thrown instanceof AppError) return { kind: 'missing', what: thrown.what, why: thrown.why, fix: thrown.fix };
  return {
    kind: 'missing',
    what: 'The judge failed.',
    why: thrown instanceof Error ? thrown.message : 'It gave no reason.',
    fix: 'The turns keep the reward of the outcome; the run goes on.',
  };
}

/** Everything that the reply depends on. */
function cacheKey(messages: readonly ChatMessage[], { judgeName, temperature, tokenLimit }: JudgeSettings): string {
  return sha256(JSON.stringify({ judgeName, temperature, tokenLimit, messages }));
}
