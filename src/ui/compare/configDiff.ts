import type { RunConfig } from '../../record/runConfig.ts';
import { draftOf, KNOBS, type Knob } from '../configForm.ts';
import { describeKnobs } from '../train/liveKnobs.ts';
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
  const beside: ConfigDifference[] = [
    { name: 'dialogues', label: 'Learned from', unit: null, values: runs.map(({ run }) => lessonText(run.config)) },
    {
      name: 'startedFrom',
      label: 'Started from',
      unit: null,
      values: runs.map(({ run }) => run.config.startedFrom ?? 'the base model'),
    },
    {
      name: 'changes',
      label: 'Turned on the way',
      unit: null,
      values: runs.map(({ run: { changes = [] } }) =>
        changes.length === 0
          ? 'nothing'
          : changes.map(({ updatesDone, knobs }) => `after ${updatesDone}: ${describeKnobs(knobs)}`).join('; '),
      ),
    },
  ];
  return [...knobs, ...beside].filter(({ values }) => new Set(values).size > 1);
}

function lessonText({ dialogues }: RunConfig): string {
  if (!dialogues) return 'self-play';
  const { origin, recipe, count, updates } = dialogues;
  return `${count} dialogues of ${origin} (${recipe}), ${updates} updates`;
}

function named({ name, label, unit }: Knob): Omit<ConfigDifference, 'values'> {
  return { name, label, unit };
}
