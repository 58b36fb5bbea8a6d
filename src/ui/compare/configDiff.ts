import type { RunConfig } from '../../record/runConfig.ts';
import { draftOf, KNOBS, type Knob } from '../configForm.ts';
import { describeKnobs } from '../train/liveKnobs.ts';
import type { Compared } from './contender.ts';

/** One setting that not all contenders share. */
export interface ConfigDifference {
  readonly name: string;
  readonly label: string;
  readonly unit: string | null;
  /** One per contender, in order. */
  readonly values: readonly string[];
}

/** Only what differs: the settings in the order of the form, and the model where a run was given its own. */
export function configDifferences(compared: readonly Pick<Compared, 'run' | 'moment'>[]): ConfigDifference[] {
  const drafts = compared.map(({ run }) => draftOf(run.config));
  const knobs = KNOBS.map((knob): ConfigDifference => ({
    ...named(knob),
    values: drafts.map((draft, index) =>
      knob.name === 'model' ? (compared[index]?.run.modelName ?? '') : draft[knob.name],
    ),
  }));
  const beside: ConfigDifference[] = [
    { name: 'dialogues', label: 'Learned from', unit: null, values: compared.map(({ run }) => lessonText(run.config)) },
    {
      name: 'startedFrom',
      label: 'Started from',
      unit: null,
      values: compared.map(({ run }) => run.config.startedFrom ?? 'the base model'),
    },
    {
      name: 'changes',
      label: 'Turned on the way',
      unit: null,
      values: compared.map(turnedText),
    },
  ];
  return [...knobs, ...beside].filter(({ values }) => new Set(values).size > 1);
}

/** A checkpoint knows nothing of knobs that were turned after it. */
function turnedText({ run: { changes = [] }, moment }: Pick<Compared, 'run' | 'moment'>): string {
  const known = changes.filter(({ updatesDone }) => moment === null || updatesDone < moment);
  if (known.length === 0) return 'nothing';
  return known.map(({ updatesDone, knobs }) => `after ${updatesDone}: ${describeKnobs(knobs)}`).join('; ');
}

function lessonText({ dialogues }: RunConfig): string {
  if (!dialogues) return 'self-play';
  const { origin, recipe, count, updates } = dialogues;
  return `${count} dialogues of ${origin} (${recipe}), ${updates} updates`;
}

function named({ name, label, unit }: Knob): Omit<ConfigDifference, 'values'> {
  return { name, label, unit };
}
