import { AppError } from '../src/base/errors.ts';
import type { Episode } from '../src/record/episode.ts';
import type { AgentKind, RunConfig } from '../src/record/runConfig.ts';

/** Those who answer from outside the engine. */
const OUTSIDE: Readonly<Partial<Record<AgentKind, string>>> = {
  chat: 'a model on a chat server',
  browser: 'the browser’s own model',
};

/** Why a dialogue cannot be forked, which is known before anybody asks for it; null where it can. */
export function forkRefusal(
  config: Pick<RunConfig, 'agent' | 'partnerAgent'>,
  { trainedSeats }: Pick<Episode, 'trainedSeats'>,
): AppError | null {
  const partner = trainedSeats.length < 2 && config.partnerAgent !== 'same' ? config.partnerAgent : config.agent;
  const who = OUTSIDE[config.agent] ?? OUTSIDE[partner];
  if (who === undefined) return null;
  return new AppError('fork-outside', {
    what: 'This dialogue cannot be played again from here.',
    why: `Its words were spoken by ${who}. A fork asks for hundreds of them, and nobody outside this tab is asked without a run that was agreed to.`,
    fix: 'Fork a dialogue of a run whose agents are the model itself or a script; or train on with this run, and compare the dialogues.',
  });
}
