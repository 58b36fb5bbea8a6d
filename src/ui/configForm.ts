import { z } from 'zod';
import { err, ok, type Result } from '../base/result.ts';
import { defaultRunConfig, PRESET, RunConfig, RunKnobs, type KnobMeta, type KnobName } from '../record/runConfig.ts';

export type { KnobName };

/** What the form needs to draw one knob, read from the schema: nothing here names a knob. */
export interface Knob {
  readonly name: KnobName;
  readonly label: string;
  readonly group: KnobMeta['group'];
  readonly unit: string | null;
  readonly help: string;
  readonly defaultText: string;
  /** The choices of an enum; null for a number. */
  readonly choices: readonly string[] | null;
  /** What this browser keeps whose names are choices too; null: nothing. */
  readonly kept: 'models' | 'adapters' | null;
  /** `1–256`, `> 0, at most 0.1`; null for an enum. */
  readonly limits: string | null;
}

export interface KnobGroup {
  readonly name: KnobMeta['group'];
  readonly knobs: readonly Knob[];
}

/** The form's texts, one per knob: a person may type `1e-` on the way to `1e-3`. */
export type ConfigDraft = Readonly<Record<KnobName, string>>;
export type DraftErrors = Partial<Record<KnobName, string>>;

const Limits = {
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
};
const KnobSchema = z.object({
  label: z.string(),
  group: z.enum(['Episode', 'Reward', 'Objective', 'Optimizer', 'Model', 'Run']),
  unit: z.string().optional(),
  help: z.string(),
  default: z.union([z.string(), z.number()]),
  enum: z.array(z.string()).optional(),
  kept: z.object({ kind: z.enum(['models', 'adapters']), choices: z.array(z.string()) }).optional(),
  ...Limits,
  /** A number, or the word `preset`. */
  anyOf: z.tuple([z.object({ const: z.literal(PRESET) }), z.object(Limits)]).optional(),
});
type KnobSchema = z.infer<typeof KnobSchema>;

export const KNOBS: readonly Knob[] = readKnobs();
/** Knobs that stand together at the top of the form, because what one of them says decides what the others mean. */
export const SEAT_KNOBS: ReadonlySet<KnobName> = new Set<KnobName>([
  'environment',
  'agent',
  'agentModel',
  'trainedSeats',
  'partnerStrategist',
  'partnerAgent',
  'partnerTemperament',
  'turnReward',
  'judge',
]);
export const KNOB_GROUPS: readonly KnobGroup[] = groupKnobs(KNOBS.filter(({ name }) => !SEAT_KNOBS.has(name)));

function readKnobs(): Knob[] {
  const { properties = {} } = z.toJSONSchema(RunKnobs, { io: 'input' });
  return RunKnobs.keyof().options.map((name) => {
    const schema = KnobSchema.parse(properties[name]);
    const { label, group, help } = schema;
    const all = schema.kept?.choices ?? schema.enum;
    const choices = all ?? null;
    const limits = choices ? null : describeLimits(schema);
    return {
      name,
      label,
      group,
      unit: schema.unit ?? null,
      help,
      defaultText: numberText(schema.default),
      choices,
      kept: schema.kept?.kind ?? null,
      limits,
    };
  });
}

function groupKnobs(knobs: readonly Knob[]): KnobGroup[] {
  const names = [...new Set(knobs.map(({ group }) => group))];
  return names.map((name) => ({ name, knobs: knobs.filter(({ group }) => group === name) }));
}

function describeLimits({ anyOf, ...plain }: KnobSchema): string {
  return anyOf ? `${PRESET}, or ${rangeText(anyOf[1])}` : rangeText(plain);
}

function rangeText({ minimum, maximum, exclusiveMinimum }: Pick<KnobSchema, keyof typeof Limits>): string {
  const most = maximum === undefined ? '' : limitText(maximum);
  if (minimum !== undefined) return most ? `${limitText(minimum)}–${most}` : `at least ${limitText(minimum)}`;
  if (exclusiveMinimum !== undefined) {
    const over = `> ${limitText(exclusiveMinimum)}`;
    return most ? `${over}, at most ${most}` : over;
  }
  return most ? `at most ${most}` : '';
}

/** For reading, so with separators: `2,147,483,647`. */
function limitText(limit: number): string {
  return limit >= 10_000 ? limit.toLocaleString('en-US') : numberText(limit);
}

export function draftOf(config: RunConfig): ConfigDraft {
  return textsOf((name) => numberText(config[name]));
}

export function defaultDraft(): ConfigDraft {
  return draftOf(defaultRunConfig());
}

/** The config that the texts describe, or what is wrong with which of them. The worker checks it again. */
export function parseDraft(draft: ConfigDraft): Result<RunConfig, DraftErrors> {
  const values = Object.fromEntries(
    KNOBS.map(({ name, choices }) => [name, choices || draft[name] === PRESET ? draft[name] : toNumber(draft[name])]),
  );
  const parsed = RunConfig.safeParse(values);
  if (parsed.success) return ok(parsed.data);
  const wrong = new Set(parsed.error.issues.map((issue) => issue.path[0]));
  return err(
    Object.fromEntries(
      KNOBS.filter(({ name }) => wrong.has(name)).map((knob) => [knob.name, explainKnob(knob, draft[knob.name])]),
    ),
  );
}

function explainKnob({ choices, limits, unit }: Knob, text: string): string {
  if (choices) return `Choose one of ${choices.join(', ')}.`;
  const range = [limits, unit].filter(Boolean).join(' ');
  return Number.isNaN(toNumber(text)) ? `Enter a number: ${range}.` : `Out of range: ${range}.`;
}

/** Only the knobs that differ from their defaults, for the URL: `{seed: '7'}`. */
export function changedFromDefault(draft: ConfigDraft): Partial<Record<KnobName, string>> {
  return Object.fromEntries(
    KNOBS.filter(({ name, defaultText }) => draft[name] !== defaultText).map(({ name }) => [name, draft[name]]),
  );
}

/** The defaults with `changes` laid over them; unknown names are ignored, since URLs come from anywhere. */
export function draftFromChanges(changes: Readonly<Record<string, string>>): ConfigDraft {
  const start = defaultDraft();
  return textsOf((name) => changes[name] ?? start[name]);
}

function textsOf(text: (name: KnobName) => string): ConfigDraft {
  // Object.fromEntries forgets the keys' type; the knobs are all there by construction.
  return Object.fromEntries(RunKnobs.keyof().options.map((name) => [name, text(name)])) as ConfigDraft;
}

/** NaN for an empty field, which `Number` would read as 0. */
function toNumber(text: string): number {
  return text.trim() === '' ? NaN : Number(text.trim().replace('\u2212', '-'));
}

function numberText(value: string | number): string {
  return typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential() : String(value);
}
