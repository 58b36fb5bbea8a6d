import type { TokenFacts } from './turnTokens.ts';

export type TokenView = 'logProb' | 'advantage' | 'ratio' | 'entropy' | 'klToBase';

export const TOKEN_VIEWS = [
  { id: 'logProb', label: 'log-prob' },
  { id: 'advantage', label: 'advantage' },
  { id: 'ratio', label: 'ratio' },
  { id: 'entropy', label: 'entropy' },
  { id: 'klToBase', label: 'KL' },
] as const satisfies readonly { readonly id: TokenView; readonly label: string }[];

/** Share of full colour at which text on it is still easy to read. */
const STRONGEST_PERCENT = 34;
/** A strip whose largest value is below this stays pale: nothing happened there. */
const SMALLEST_SCALE: Record<TokenView, number> = { logProb: 3, advantage: 0.2, ratio: 0.2, entropy: 2, klToBase: 0.5 };

/** Advantages are gain or loss, and ratios more or less likely than when sampled; everything else is a matter of more or less, in ink. */
export function tokenColor(token: TokenFacts, view: TokenView, tokens: readonly TokenFacts[]): string {
  const strength = strengthOf(token, view);
  const scale = Math.max(SMALLEST_SCALE[view], ...tokens.map((each) => Math.abs(strengthOf(each, view))));
  const percent = Math.round((Math.abs(strength) / scale) * STRONGEST_PERCENT);
  const isSigned = view === 'advantage' || view === 'ratio';
  const color = !isSigned ? '--ink' : strength < 0 ? '--loss' : '--gain';
  return `color-mix(in oklab, var(${color}) ${percent}%, transparent)`;
}

/** A ratio counts by its logarithm, so that twice and half as likely are equally strong. What is not known is pale. */
function strengthOf(token: TokenFacts, view: TokenView): number {
  const value = view === 'ratio' ? Math.log(token.ratio) : token[view];
  return Number.isFinite(value) ? value : 0;
}
