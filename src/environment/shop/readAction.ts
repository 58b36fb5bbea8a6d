import { optionOf } from './language.ts';
import type { ShopAction } from './page.ts';
import { isPossible, seatToMove } from './state.ts';
import type { ShopState } from './state.ts';

const MOST_SEARCH_WORDS = 10;
const SEARCH = /^search ?\[(.*)\]$/;
const CLICK = /^click ?\[(.*)\]$/;
/** What people write who do not use the brackets. Nothing else is a search: `what` or `hello` must not become one. */
const PLAIN_SEARCH = /^(?:please )?(?:search for|search|look for|look up) ([a-z0-9 ]+)$/;
const PLAIN_CLICK = /^(?:please )?(?:click(?: on)? |choose |pick |select |open |look at |go to |go )?(?:the )?(.+)$/;

/** Reads an utterance of the seat to move. Buying needs the plain word; whatever is unclear or not on the page is invalid. */
export function readShopAction(state: ShopState, utterance: string): ShopAction {
  if (seatToMove(state) === 1) return { kind: 'page' };
  const action = parseAction(utterance);
  if (!action) return { kind: 'invalid', reason: 'Say search[words] or click[something on the page].' };
  return isPossible(state, action) ? action : { kind: 'invalid', reason: 'That is not on this page.' };
}

/** The action in the language of the shop: `search[red shoes]`, `click[b3]`. */
export function actionText(action: ShopAction): string {
  switch (action.kind) {
    case 'search':
      return `search[${action.words.join(' ')}]`;
    case 'look':
      return `click[${action.code}]`;
    case 'choose':
      return `click[${action.value}]`;
    case 'previous':
      return 'click[prev]';
    case 'buy':
      return 'click[buy now]';
    case 'next':
    case 'back':
      return `click[${action.kind}]`;
    case 'page':
    case 'invalid':
      throw new Error(`actionText: nobody says an action of kind ${action.kind}`);
  }
}

function parseAction(utterance: string): ShopAction | null {
  const text = utterance.trim().toLowerCase().replace(/\s+/g, ' ');
  const searched = SEARCH.exec(text)?.[1];
  if (searched !== undefined) return searchFor(searched);
  const clicked = CLICK.exec(text)?.[1];
  if (clicked !== undefined) return clickOn(clicked.trim());
  const plain = text.replace(/[.!]+$/, '');
  const plainSearch = PLAIN_SEARCH.exec(plain)?.[1];
  if (plainSearch !== undefined) return searchFor(plainSearch);
  const plainClick = PLAIN_CLICK.exec(plain)?.[1];
  return plainClick === undefined ? null : clickOn(plainClick);
}

function searchFor(text: string): ShopAction | null {
  const words = text
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
    .split(' ')
    .filter(Boolean);
  if (words.length === 0 || words.length > MOST_SEARCH_WORDS) return null;
  return { kind: 'search', words };
}

function clickOn(target: string): ShopAction | null {
  if (/^b[1-9]\d*$/.test(target)) return { kind: 'look', code: target };
  if (optionOf(target) !== null) return { kind: 'choose', value: target };
  if (/^(?:next|next page)$/.test(target)) return { kind: 'next' };
  if (/^(?:prev|previous|previous page|< prev)$/.test(target)) return { kind: 'previous' };
  if (/^back(?: to (?:the )?(?:results|list|search))?$/.test(target)) return { kind: 'back' };
  if (/^buy(?: (?:it|this))?(?: now)?$/.test(target)) return { kind: 'buy' };
  return null;
}
