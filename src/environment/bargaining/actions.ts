import type { Flaw, Merit } from './language.ts';

/** What one can say about the bargain beside prices. Words only: they change nothing on the table. */
export type Claim = Flaw | Merit | 'rival' | 'patience' | 'need' | 'leaving';
export type Question = 'limit' | 'reason' | 'condition' | 'price' | 'better';

/** What an utterance did. */
export type BargainAction =
  /** `point`: the flaw or merit that is given as its reason. */
  | { readonly kind: 'offer'; readonly price: number; readonly isFinal: boolean; readonly point: Flaw | Merit | null }
  | { readonly kind: 'accept' }
  | { readonly kind: 'reject'; readonly isFirm: boolean }
  | { readonly kind: 'ask'; readonly about: Question }
  | { readonly kind: 'tell'; readonly about: Claim }
  /** Says what the own limit is. It need not be true. */
  | { readonly kind: 'reveal'; readonly limit: number }
  | { readonly kind: 'talk' }
  | { readonly kind: 'walk-away' }
  /** Something that sounds like a commitment but is impossible or unclear. It changes nothing, but uses up the turn. */
  | { readonly kind: 'invalid'; readonly reason: string };
