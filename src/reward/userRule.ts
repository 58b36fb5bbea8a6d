import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { Timer } from '../base/timer.ts';
import type { Action, EndReason } from '../record/episode.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';

/**
 * A finished dialogue as a rule gets it: plain data, both goals included. What was said and done, not what was thought:
 * strategies are not in it.
 */
export interface RuleDialogue {
  readonly scenario: Scenario;
  readonly turns: readonly { readonly seat: SeatIndex; readonly utterance: string; readonly action: Action }[];
  readonly endReason: EndReason;
  /** By the environment's own rules; 0 where it has none. */
  readonly points: readonly [number, number];
}

export function ruleDialogue({ scenario, turns, endReason, points }: RuleDialogue): RuleDialogue {
  const said = turns.map(({ seat, utterance, action }) => ({ seat, utterance, action }));
  return { scenario, turns: said, endReason, points: [points[0], points[1]] };
}

export interface RuleRequest {
  readonly source: string;
  readonly dialogues: readonly RuleDialogue[];
}

/** A thread that runs `ruleSandbox.ts` and nothing else. Its replies are not to be trusted. */
export interface RuleThread {
  ask(request: RuleRequest, onReply: (reply: unknown) => void, onBreak: (reason: string) => void): void;
  /** Ends it whatever it is doing. */
  stop(): void;
}

export interface RulePorts {
  /** A new one for each question: what a rule leaves behind goes with its thread. */
  readonly startThread: () => RuleThread;
  readonly timer: Timer;
  readonly signal: AbortSignal;
  /** For all dialogues of one question together, starting the thread included. */
  readonly timeLimitMs?: number;
}

/** Points of both seats, 0–10. */
const SeatPoints = z.tuple([z.number().min(0).max(10), z.number().min(0).max(10)]).readonly();
type SeatPoints = z.infer<typeof SeatPoints>;

const Reply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('points'), points: z.array(z.unknown()) }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
]);

const TIME_LIMIT_MS = 5000;
const LONGEST_REASON = 300;
const EXAMPLE = '(dialogue) => [dialogue.endReason === "agreement" ? 10 : 0, 5]';

/**
 * The points that a rule gives to each dialogue. A rule is the text of a JavaScript function of one dialogue that returns
 * `[points of seat 0, points of seat 1]`, and nothing but a function of it: it has no clock, no chance, no network.
 *
 * @throws AppError `rule-failed`, `rule-too-slow` or `rule-points-unusable`; the signal's reason when it is aborted
 */
export async function pointsByRule(
  source: string,
  dialogues: readonly RuleDialogue[],
  { startThread, timer, signal, timeLimitMs = TIME_LIMIT_MS }: RulePorts,
): Promise<SeatPoints[]> {
  signal.throwIfAborted();
  const thread = startThread();
  const ends: (() => void)[] = [() => thread.stop()];
  try {
    const reply = await new Promise<unknown>((resolve, reject) => {
      ends.push(timer.after(timeLimitMs, () => reject(tooSlow(timeLimitMs))));
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort);
      ends.push(() => signal.removeEventListener('abort', abort));
      thread.ask({ source, dialogues }, resolve, (reason) => reject(failed(reason)));
    });
    return readReply(reply, dialogues.length);
  } finally {
    for (const end of ends) end();
  }
}

function readReply(raw: unknown, count: number): SeatPoints[] {
  const reply = Reply.safeParse(raw);
  if (!reply.success) throw failed('its thread answered something else than points');
  if (reply.data.kind === 'failed') throw failed(reply.data.reason);
  const { points } = reply.data;
  if (points.length !== count) throw failed(`there are points for ${points.length} dialogues of ${count}`);
  return points.map((given, index) => {
    const read = SeatPoints.safeParse(given);
    if (read.success) return read.data;
    throw new AppError('rule-points-unusable', {
      what: 'The rule of this scenario gave no usable points.',
      why: `For dialogue ${index + 1} it returned ${short(JSON.stringify(given) ?? String(given))}.`,
      fix: `Return two numbers from 0 to 10, seat 0 first, for example ${EXAMPLE}.`,
    });
  });
}

function failed(reason: string): AppError {
  return new AppError('rule-failed', {
    what: 'The rule of this scenario could not be run.',
    why: `${short(reason)}.`,
    fix: `Correct the rule: a function of a dialogue, without import, clock, chance or network, for example ${EXAMPLE}.`,
  });
}

function tooSlow(timeLimitMs: number): AppError {
  return new AppError('rule-too-slow', {
    what: 'The rule of this scenario took too long.',
    why: `It was not done after ${timeLimitMs} ms, and was stopped.`,
    fix: 'Look for a loop that never ends, or give it fewer dialogues at once.',
  });
}

function short(text: string): string {
  return text.length <= LONGEST_REASON ? text : `${text.slice(0, LONGEST_REASON)}…`;
}
