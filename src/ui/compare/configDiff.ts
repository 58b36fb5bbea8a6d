import { draftOf, KNOBS, type Knob } from '../configForm.ts';
import type { ComparedRun } from './comparedRun.ts';

/** One setting that not all runs share. */
export interface ConfigDifference {
  readonly name: string;
  readonly label: string;
  readonly unit: string | null;
  /** One per run, in order. */
  readonly values: readonly string[];
}

/** Only what differs: the settings in the order of the form, and the model where a run was given its own. */
export function configDifferences(runs: readonly Pick<ComparedRun, 'run'>[]): ConfigDifference[] {
  const drafts = runs.map(({ run }) => draftOf(run.config));
  const knobs = KNOBS.map((knob): ConfigDifference => ({
    ...named(knob),
    values: drafts.map((draft, index) =>
      knob.name === 'model' ? (runs[index]?.run.modelName ?? '') : draft[knob.name],
    ),
  }));
  return knobs.filter(({ values }) => new Set(values).size > 1);
}

function named({ name, label, unit }: Knob): Omit<ConfigDifference, 'values'> {
  return { name, label, unit };
}
