import type { TokenFacts } from './turnTokens.ts';

export type TokenView = 'logProb' | 'advantage' | 'entropy' | 'klToBase';

export const TOKEN_VIEWS = [
  { id: 'logProb', label: 'log-prob' },
  { id: 'advantage', label: 'advantage' },
  { id: 'entropy', label: 'entropy' },
  { id: 'klToBase', label: 'KL' },
] as const satisfies readonly { readonly id: TokenView; readonly label: string }[];

/** Share of full colour at which text on it is still easy to read. */
const STRONGEST_PERCENT = 34;
/** A strip whose largest value is below this stays pale: nothing happened there. */
const SMALLEST_SCALE: Record<TokenView, number> = { logProb: 3, advantage: 0.2, entropy: 2, klToBase: 0.5 };

/** Advantages are gain or loss; everything else is a matter of more or less, in ink. */
export function tokenColor(token: TokenFacts, view: TokenView, tokens: readonly TokenFacts[]): string {
  const scale = Math.max(SMALLEST_SCALE[view], ...tokens.map((each) => Math.abs(each[view])));
  const percent = Math.round((Math.abs(token[view]) / scale) * STRONGEST_PERCENT);
  const color = view !== 'advantage' ? '--ink' : token.advantage < 0 ? '--loss' : '--gain';
  return `color-mix(in oklab, var(${color}) ${percent}%, transparent)`;
}
