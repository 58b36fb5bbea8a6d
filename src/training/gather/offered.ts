import { explain, type Explanation } from '../../base/errors.ts';
import { RunConfig, RunKnobs, type KnobName } from '../../record/runConfig.ts';
import { assertStartable } from './assertGatherable.ts';

/**
 * What can be trained: asked by the form, the command line and the worker alike, so that no menu offers what a run would
 * refuse. Every cell that is offered completes an update (`offered.test.ts`).
 */

/** What there is where the run would be. */
export interface Present {
  /** Whether rules of scenarios' authors can be run in a thread. */
  readonly canRunRules: boolean;
  /** Whether the browser brings a language model along. */
  readonly hasBrowserModel: boolean;
}

export type Refusal = Explanation & { readonly code: string };

/** Why a run of this config cannot be; null when it can. */
export function refusalOf(config: RunConfig, { canRunRules, hasBrowserModel }: Present): Refusal | null {
  try {
    assertStartable(config, canRunRules, hasBrowserModel);
    return null;
  } catch (thrown) {
    return explain(thrown);
  }
}

/** The knobs of which not every choice goes with every other. */
const DEPENDENT: readonly KnobName[] = [
  'environment',
  'agent',
  'partnerStrategist',
  'partnerAgent',
  'turnReward',
  'preset',
  'hints',
];

/**
 * Why choices of a knob are not offered beside the others as they are; those that are offered are not in it. Where the config
 * cannot be whatever this knob says, the trouble is elsewhere, and everything is offered.
 */
export function refusedChoices(config: RunConfig, knob: KnobName, present: Present): ReadonlyMap<string, Refusal> {
  if (!DEPENDENT.includes(knob)) return new Map();
  const choices = choicesOf(knob);
  const refused = new Map(
    choices.flatMap((choice) => {
      const changed = RunConfig.safeParse({ ...config, [knob]: choice });
      const refusal = changed.success ? refusalOf(changed.data, present) : null;
      return refusal ? [[choice, refusal] as const] : [];
    }),
  );
  return refused.size === choices.length ? new Map() : refused;
}

/** All values of a knob that is a choice; none of a number. */
export function choicesOf(knob: KnobName): readonly string[] {
  const inner = RunKnobs.shape[knob].unwrap();
  return 'options' in inner ? inner.options.filter((option) => typeof option === 'string') : [];
}
