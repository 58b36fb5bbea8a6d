import { titleOf } from './catalogue.ts';
import { codesOn, hasNext, hasPrevious, productAt } from './page.ts';
import type { ShopAction } from './page.ts';
import { actionText } from './readAction.ts';
import { seatToMove } from './state.ts';
import type { ShopState } from './state.ts';
import { OPTION_NAMES } from './language.ts';

/** Something that the shopper can do now: what to say, and what it is. */
export interface PossibleAction {
  readonly text: string;
  readonly about: string;
}

/** All that can be clicked on the page; any words can be searched for beside that. */
export function possibleShopActions(state: ShopState): readonly PossibleAction[] {
  const { page } = state;
  if (seatToMove(state) !== 0 || page.place === 'start') return [];
  if (page.place === 'results') {
    return [
      ...codesOn(page).map((code) => {
        const product = productAt(page, code);
        return { text: actionText({ kind: 'look', code }), about: `${titleOf(product)}, ${product.price} dollars` };
      }),
      ...(hasNext(page) ? [simply('next', 'next page')] : []),
      ...(hasPrevious(page) ? [simply('previous', 'previous page')] : []),
    ];
  }
  const { product, chosen } = page;
  const options = OPTION_NAMES.flatMap((name) =>
    product.options[name]
      .filter((value) => chosen[name] !== value)
      .map((value) => ({ text: actionText({ kind: 'choose', value }), about: name })),
  );
  return [...options, simply('back', 'back to the results'), simply('buy', `buy it for ${product.price} dollars`)];
}

function simply(
  kind: Extract<ShopAction['kind'], 'next' | 'previous' | 'back' | 'buy'>,
  about: string,
): PossibleAction {
  return { text: actionText({ kind }), about };
}
