import type { Triple } from '../../record/scenario.ts';
import type { Item } from './language.ts';

/** What an utterance does. Only `propose`, `accept` and `walk-away` change what can be earned. */
export type PriorityAction =
  /** `share` is the speaker's own. */
  | { readonly kind: 'propose'; readonly share: Triple }
  | { readonly kind: 'accept' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'walk-away' }
  | { readonly kind: 'warn' }
  | { readonly kind: 'ask'; readonly rank: Rank }
  | { readonly kind: 'tell'; readonly rank: Rank; readonly item: Item }
  /** A reason why the speaker needs the item. */
  | { readonly kind: 'appeal'; readonly item: Item }
  /** A reason why the speaker can do without the item. */
  | { readonly kind: 'spare'; readonly item: Item }
  | { readonly kind: 'empathise' }
  | { readonly kind: 'small-talk' }
  /** Words that mean nothing in the game. */
  | { readonly kind: 'talk' }
  /** Sounds like a deal but is not understood: changes nothing and uses up the turn. */
  | { readonly kind: 'invalid'; readonly reason: string };

export type Rank = 'most' | 'least';
