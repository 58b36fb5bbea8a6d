import { z } from 'zod';
import type { Product } from './catalogue.ts';
import { Kind } from './language.ts';
import type { OptionName } from './language.ts';

/** What somebody wants to buy. */
export const Goal = z.strictObject({
  kind: Kind,
  attributes: z.array(z.string()).readonly(),
  /** One value for each option that matters; null where any will do. */
  options: z.strictObject({ color: z.string().nullable(), size: z.string().nullable() }).readonly(),
  priceLimit: z.number().positive(),
});
export type Goal = z.infer<typeof Goal>;

/** Values chosen on the page of a product; null where nothing was chosen. */
export type Chosen = Readonly<Record<OptionName, string | null>>;

/** Share of the wanted nouns above which two kinds are the same type (WebShop). */
const TYPE_OVERLAP = 0.2;
const FAINT_OVERLAP = 0.1;
const SHARED_CATEGORIES = 2;

/**
 * The reward of WebShop (Yao et al. 2022, arXiv 2207.01206), in [0, 1]:
 * `r_type * (matched attributes + matched options + [price <= limit]) / (attributes + options + 1)`.
 *
 * Deviations: attributes and options match when they are the same word, where WebShop takes a fuzzy token-set ratio
 * above 85 (for sizes the same word too) and, failing that, looks in the title and the description; the nouns of a
 * name are listed in the catalogue, never none, where WebShop asks a part-of-speech tagger.
 */
export function rewardOf(goal: Goal, product: Product, chosen: Chosen): number {
  const wantedValues = wantedOptions(goal);
  const matchedAttributes = goal.attributes.filter((attribute) => product.attributes.includes(attribute)).length;
  const matchedOptions = wantedValues.filter(([name, value]) => chosen[name] === value).length;
  const priceFits = product.price <= goal.priceLimit ? 1 : 0;
  const matched = matchedAttributes + matchedOptions + priceFits;
  return (typeReward(product.kind, goal.kind) * matched) / (goal.attributes.length + wantedValues.length + 1);
}

/** The `r_type` of WebShop: 1, 0.5, 0.1 or 0 by how much the kind that was bought resembles the kind that was wanted. */
export function typeReward(
  bought: Pick<Kind, 'nouns' | 'categories'>,
  wanted: Pick<Kind, 'nouns' | 'categories'>,
): number {
  const overlap = sharedOf(bought.nouns, wanted.nouns) / wanted.nouns.length;
  if (overlap === 0) return 0;
  if (overlap < FAINT_OVERLAP) return 0.1;
  const isSameQuery = bought.categories.at(-1) === wanted.categories.at(-1);
  const isSameCategory = sharedOf(bought.categories, wanted.categories) >= SHARED_CATEGORIES;
  return isSameQuery || isSameCategory || overlap > TYPE_OVERLAP ? 1 : 0.5;
}

/** The options that matter, with the value wanted. */
export function wantedOptions({ options }: Goal): readonly (readonly [OptionName, string])[] {
  const { color, size } = options;
  return [...(color === null ? [] : [['color', color] as const]), ...(size === null ? [] : [['size', size] as const])];
}

function sharedOf(one: readonly string[], other: readonly string[]): number {
  return new Set(one.filter((word) => other.includes(word))).size;
}
