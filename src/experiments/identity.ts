import { sha256 } from '../base/sha256.ts';
import type { Cell, Player, Training } from '../record/experiment.ts';
import { defaultRunConfig, type RunConfig } from '../record/runConfig.ts';

/** Names the cell's journal: the same for equal cells, whatever recipe asks for them. */
export function cellIdOf(cell: Cell): string {
  return sha256(canonicalText(cell)).slice(0, 16);
}

/**
 * A training with the name of its run: equal trainings are one run, in every recipe.
 * @param dialogues who plays, where it is not the strategist in training alone
 */
export function trainingOf(
  name: string,
  model: string,
  config: RunConfig,
  origin: Training['origin'] = null,
  dialogues: Pick<Training, 'playedBy' | 'opponents'> = {},
): Training {
  // Knobs that another version adds with a neutral default leave the name as it is.
  const digest = sha256(canonicalText({ model, knobs: changedKnobs(config), origin, ...dialogues })).slice(0, 8);
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return { runId: `${slug || 'run'}-s${config.seed}-${digest}`, name, model, config, origin, ...dialogues };
}

/** The knobs that differ from the defaults. */
export function changedKnobs(config: RunConfig): Record<string, unknown> {
  const defaults = new Map<string, unknown>(Object.entries(defaultRunConfig()));
  return Object.fromEntries(
    Object.entries(config).filter(([knob, value]) => canonicalText(value) !== canonicalText(defaults.get(knob))),
  );
}

export function isSamePlayer(one: Player, other: Player): boolean {
  return canonicalText(one) === canonicalText(other);
}

/** JSON whose keys are in order, so that equal values are equal texts. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [two]) => (one < two ? -1 : 1)))
      : inner,
  );
}
