import type { Explanation } from '../../base/errors.ts';
import { LIVE_KNOB_NAMES, LiveKnobs, type LiveKnobName } from '../../record/knobChange.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { draftOf, KNOBS, parseDraft, type ConfigDraft, type DraftErrors } from '../configForm.ts';
import { refusalOf } from '../refusal.ts';

/** Texts of the fields that a person has changed and not yet applied. */
export type LiveEdits = Readonly<Partial<Record<LiveKnobName, string>>>;

export interface TurnedKnobs {
  readonly texts: ConfigDraft;
  readonly errors: DraftErrors;
  /** Those that differ from what the run trains with; empty where a text is wrong. */
  readonly knobs: LiveKnobs;
  /** Why the run could not be trained with them; null when it can. */
  readonly refusal: Explanation | null;
}

/** What the edits would turn in a run. @param config what it trains with now */
export function turnedKnobs(config: RunConfig, edits: LiveEdits): TurnedKnobs {
  const texts = { ...draftOf(config), ...edits };
  const parsed = parseDraft(texts);
  if (!parsed.ok) return { texts, errors: parsed.error, knobs: {}, refusal: null };
  const { value } = parsed;
  const turned = LIVE_KNOB_NAMES.filter((name) => name in edits && value[name] !== config[name]);
  const knobs = LiveKnobs.parse(Object.fromEntries(turned.map((name) => [name, value[name]])));
  return { texts, errors: {}, knobs, refusal: refusalOf({ ...config, ...knobs }) };
}

/** `Learning rate 0.0005, KL to base 0.2`. */
export function describeKnobs(knobs: LiveKnobs): string {
  return KNOBS.flatMap(({ name, label }) => (name in knobs ? [`${label} ${knobs[name as LiveKnobName]}`] : [])).join(
    ', ',
  );
}
