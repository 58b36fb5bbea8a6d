import { RandomStream } from '../../base/random.ts';
import { COLORS, KINDS } from './language.ts';
import type { Kind, OptionName } from './language.ts';

/** Products of the shop; every kind is equally often among them. */
const PRODUCT_COUNT = 1200;
const CATALOGUE_SEED = 20_250;
const ATTRIBUTES_PER_PRODUCT = 3;
/** Only so many attributes stand in the title; the page of the product shows all of them. */
const ATTRIBUTES_IN_TITLE = 2;
const COLORS_PER_PRODUCT = 3;
const CHEAPEST = 5;

export interface Product {
  /** Position in the catalogue. */
  readonly number: number;
  readonly kind: Kind;
  readonly attributes: readonly string[];
  /** Values on offer; none where the kind has no such option. */
  readonly options: Readonly<Record<OptionName, readonly string[]>>;
  /** In whole dollars, whatever the options. */
  readonly price: number;
}

let catalogue: readonly Product[] | undefined;

/** Everything the shop sells. Made once, when first asked for; always the same. */
export function products(): readonly Product[] {
  catalogue ??= Array.from({ length: PRODUCT_COUNT }, (_, number) => makeProduct(number));
  return catalogue;
}

export function productNumbered(number: number): Product {
  const product = products()[number];
  if (!product) throw new RangeError(`productNumbered: the catalogue has no product ${number}`);
  return product;
}

/** `soft cotton shirt`: what a list of results shows. */
export function titleOf({ attributes, kind }: Product): string {
  return [...attributes.slice(0, ATTRIBUTES_IN_TITLE), ...kind.nouns].join(' ');
}

function makeProduct(number: number): Product {
  const random = new RandomStream(CATALOGUE_SEED, 'shop', 'product', number);
  const kind = KINDS[number % KINDS.length];
  if (!kind) throw new Error('makeProduct: the shop has no kinds');
  const [color, size] = [someOf(COLORS, COLORS_PER_PRODUCT, random), someOf(kind.sizes, kind.sizes.length - 1, random)];
  return {
    number,
    kind,
    attributes: random.shuffled(kind.attributes).slice(0, ATTRIBUTES_PER_PRODUCT),
    options: { color, size },
    price: Math.max(CHEAPEST, Math.round(kind.usualPrice * (0.5 + random.uniform()))),
  };
}

/** Some of the values, in the order in which they are listed. */
function someOf(values: readonly string[], count: number, random: RandomStream): readonly string[] {
  const chosen = random.shuffled(values).slice(0, Math.max(0, count));
  return values.filter((value) => chosen.includes(value));
}
