import { ExperimentOrder } from '../record/experiment.ts';
import { RunConfig } from '../record/runConfig.ts';
import { orderOf, type OwnSetting, type Recipe } from './recipe.ts';
import { RECIPES } from './recipes/recipes.ts';

/** Fields of an order that a link carries as themselves; knobs follow with a dot before them. */
const FIELDS = ['models', 'environment', 'seeds', 'episodes', 'updates', 'episodesPerUpdate'] as const;

/** `#/experiments/controls?seeds=1,2&updates=20`: whoever opens it has the same recipe with the same settings. */
export function orderLink(order: ExperimentOrder): string {
  const query = new URLSearchParams(changesOfOrder(order)).toString();
  return `#/experiments/${encodeURIComponent(order.recipe)}${query ? `?${query}` : ''}`;
}

/** What differs from the recipe's own settings, as text. */
export function changesOfOrder(order: ExperimentOrder): Record<string, string> {
  const recipe = RECIPES.find(({ name }) => name === order.recipe);
  const before = recipe ? orderOf(recipe, false) : null;
  const changes: Record<string, string> = {};
  for (const field of FIELDS) {
    const text = String(order[field]);
    if (text !== String(before?.[field])) changes[field] = text;
  }
  for (const [knob, value] of Object.entries(order.knobs)) {
    if (String(before?.knobs[knob]) !== String(value)) changes[`.${knob}`] = String(value);
  }
  return changes;
}

/** The order that texts say, on top of the recipe's own; null when they are no order. */
export function orderFrom(
  recipe: Recipe,
  isQuick: boolean,
  changes: Readonly<Record<string, string>>,
): ReturnType<typeof ExperimentOrder.safeParse> {
  const order = orderOf(recipe, isQuick);
  const knobs = Object.entries(changes).flatMap(([name, text]) =>
    name.startsWith('.') ? [[name.slice(1), numberOr(text)] as const] : [],
  );
  const list = (text: string) => text.split(',').map((part) => part.trim());
  const { models, environment, seeds, episodes, updates, episodesPerUpdate } = changes;
  return checkedBy(recipe).safeParse({
    ...order,
    ...(models !== undefined && { models: list(models) }),
    ...(environment !== undefined && { environment }),
    ...(seeds !== undefined && { seeds: list(seeds).map(numberOr) }),
    ...(episodes !== undefined && { episodes: numberOr(episodes) }),
    ...(updates !== undefined && { updates: numberOr(updates) }),
    ...(episodesPerUpdate !== undefined && { episodesPerUpdate: numberOr(episodesPerUpdate) }),
    knobs: { ...order.knobs, ...Object.fromEntries(knobs) },
  });
}

/** An order whose knobs exist and have values that they can have: a misspelt one is refused, not ignored. */
function checkedBy({ name: recipeName, ownSettings = {} }: Recipe) {
  return ExperimentOrder.superRefine(({ knobs, environment }, context) => {
    const own: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(knobs)) {
      const refusal = refusalOf(ownSettings[name], value, { environment });
      if (refusal) context.addIssue({ code: 'custom', path: [name], message: refusal });
      if (name in RunConfig.shape) own[name] = value;
      else if (!(name in ownSettings)) {
        context.addIssue({ code: 'custom', path: [name], message: `is neither a knob nor a setting of ${recipeName}` });
      }
    }
    for (const { path, message } of RunConfig.safeParse(own).error?.issues ?? [])
      context.addIssue({ code: 'custom', path: [...path], message });
  });
}

function numberOr(text: string): string | number {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** What is wrong with a setting's value, as what follows its name; null: nothing. */
function refusalOf(
  setting: OwnSetting | undefined,
  value: string | number,
  order: Pick<ExperimentOrder, 'environment'>,
) {
  const { choices, refusal } = setting ?? {};
  if (choices && !choices.includes(String(value))) return `is one of ${choices.join(', ')}`;
  return refusal?.(value, order) ?? null;
}
