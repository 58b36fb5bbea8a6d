import type { AgentKind, RunConfig } from '../src/record/runConfig.ts';

/** Those who answer from outside the engine. */
const OUTSIDE: Readonly<Partial<Record<AgentKind, string>>> = {
  chat: 'a model on a chat server',
  browser: 'the browser’s own model',
};

/** Who outside the engine speaks in the dialogues of a run; null: nobody. @param isSelfPlay both seats are the trained one's */
export function outsiderIn(
  { agent, partnerAgent }: Pick<RunConfig, 'agent' | 'partnerAgent'>,
  isSelfPlay: boolean,
): string | null {
  const partner = isSelfPlay || partnerAgent === 'same' ? agent : partnerAgent;
  return OUTSIDE[agent] ?? OUTSIDE[partner] ?? null;
}
