import { AppError } from '../../base/errors.ts';
import type { Source } from './batch.ts';
import type { Objective, Regulariser } from './parts.ts';

/** What an objective wants to know or to have beside log-probs, entropies, exact KL and rewards of the policy's own episodes. */
export const NEEDS = [
  'base-log-probs',
  'base-log-probs-at-sampling',
  'tempered-log-probs',
  'values',
  'beliefs',
  'kinds',
  'forks',
  'guided',
  'demonstration',
  'tempered',
  'whole-batch-first',
] as const;
export type Need = (typeof NEEDS)[number];

const MEANINGS: Readonly<Record<Need, string>> = {
  'base-log-probs': 'the base model’s log-prob of every sampled token',
  'base-log-probs-at-sampling':
    'the base model’s log-probs before the update begins, because they are part of the reward',
  'tempered-log-probs': 'the policy’s log-probs at a second temperature',
  values: 'a value head',
  beliefs: 'the probability, before every turn, that the goal will be met',
  kinds: 'a name for what each dialogue tried',
  forks: 'dialogues that branch from one another',
  guided: 'dialogues that were sampled with a hint, an example or a critique',
  demonstration: 'dialogues written by somebody else',
  tempered: 'dialogues sampled at a second temperature',
  'whole-batch-first': 'a forward pass over the whole batch before the first backward pass',
};

/** Everything that the objective's formulas read, beyond the basics. */
export function needsOf(objective: Objective): Set<Need> {
  const needs = new Set<Need>();
  objective.regularisers.forEach((regulariser) => addRegulariserNeeds(regulariser, needs));
  const { data } = objective;
  if (data.guided) needs.add('guided');
  if (data.demonstrations) needs.add('demonstration');
  if (data.rewards.some(({ kind }) => kind === 'belief-gain')) needs.add('beliefs');
  if (data.rewards.some(({ kind }) => kind === 'agreement')) needs.add('kinds');
  if (objective.kind === 'contrastive') {
    needs.add('base-log-probs').add('whole-batch-first');
    return needs;
  }
  const { credit, likelihood } = objective;
  if (credit.kind === 'gae' && credit.values === 'head') needs.add('values');
  if (credit.kind === 'set') needs.add('kinds');
  if (credit.kind === 'returns' && credit.baseline.kind === 'value-head') needs.add('values');
  if (credit.kind === 'returns' && credit.adjustments.some(({ kind }) => kind === 'shared-turns')) needs.add('forks');
  if (likelihood.kind === 'ratio' && likelihood.stabiliser.kind === 'adaptive-bounds') needs.add('whole-batch-first');
  return needs;
}

function addRegulariserNeeds(regulariser: Regulariser, needs: Set<Need>): void {
  if (regulariser.kind === 'kl-estimate') needs.add('base-log-probs');
  if (regulariser.kind === 'kl-in-reward') needs.add('base-log-probs-at-sampling');
  if (regulariser.kind === 'demonstration-kl') needs.add('demonstration');
  if (regulariser.kind === 'tempered-reinforce') {
    needs.add(regulariser.from === 'sampled' ? 'tempered' : 'tempered-log-probs');
  }
}

/** The sources that the objective learns from; a batch may hold no other. */
export function sourcesOf(objective: Objective): Set<Source> {
  const needs = needsOf(objective);
  const extra = (['guided', 'demonstration', 'tempered'] as const).filter((source) => needs.has(source));
  const imitates = objective.kind === 'policy-gradient' && objective.credit.kind === 'imitation';
  return new Set<Source>(['policy', ...extra, ...(imitates ? (['demonstration'] as const) : [])]);
}

/**
 * Refuses a run whose objective would silently miss a part.
 * @throws AppError `objective-unsupplied`
 */
export function assertSupplied(name: string, objective: Objective, supplied: ReadonlySet<Need>): void {
  const missing = [...needsOf(objective)].filter((need) => !supplied.has(need));
  if (missing.length === 0) return;
  throw new AppError('objective-unsupplied', {
    what: `The objective "${name}" cannot be trained here.`,
    why: `It needs ${missing.map((need) => MEANINGS[need]).join(', and ')}.`,
    fix: missing.every((need) => need.startsWith('base-log-probs'))
      ? 'Set the KL estimator to "exact", which needs no samples, or the KL weight to 0.'
      : 'Choose another preset.',
  });
}
