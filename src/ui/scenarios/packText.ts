import { err, ok, type Result } from '../../base/result.ts';
import { PACK_FORMAT, PACK_VERSION, ScenarioPack, type PackScenario } from '../../environment/sotopia/pack.ts';

/** One thing that is wrong with a pack, and where. */
export interface Complaint {
  /** `scenarios`, 2, `goals`, 0; empty where the text is no JSON. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The pack that a text describes, or all that is wrong with it: what an author reads while writing. */
export function checkPackText(text: string): Result<ScenarioPack, readonly Complaint[]> {
  const json = parseJson(text);
  if (!json.ok) return err([{ path: [], message: `This is not JSON: ${json.error}` }]);
  const pack = ScenarioPack.safeParse(json.value);
  if (pack.success) return ok(pack.data);
  return err(
    pack.error.issues.map(({ path, message }) => ({
      path: path.map((part) => (typeof part === 'number' ? part : String(part))),
      message,
    })),
  );
}

/** `scenarios[2].goals[0]`, or `the text`. */
export function pathText(path: Complaint['path']): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return text.replace(/^\./u, '') || 'the text';
}

/** A pack as far as it can be read while somebody writes it; null where the text has no such parts. */
export interface RoughPack {
  readonly name: string;
  readonly scenarios: readonly RoughScenario[];
}
export type RoughScenario = Readonly<Record<string, unknown>>;

export function roughPack(text: string): RoughPack | null {
  const json = parseJson(text);
  if (!json.ok || !isRecord(json.value)) return null;
  const { name, scenarios } = json.value;
  return {
    name: typeof name === 'string' ? name : '',
    scenarios: Array.isArray(scenarios) ? scenarios.filter(isRecord) : [],
  };
}

/** The text with other fields in one of its scenarios; undefined takes a field away. Anything else stays as it is. */
export function withScenario(text: string, index: number, changes: Readonly<Record<string, unknown>>): string {
  return changed(text, (scenarios) =>
    scenarios.map((scenario, at) =>
      at === index && isRecord(scenario)
        ? Object.fromEntries(Object.entries({ ...scenario, ...changes }).filter(([, value]) => value !== undefined))
        : scenario,
    ),
  );
}

export function withNewScenario(text: string, scenario: unknown): string {
  return changed(text, (scenarios) => [...scenarios, scenario]);
}

export function withoutScenario(text: string, index: number): string {
  return changed(text, (scenarios) => scenarios.filter((_, at) => at !== index));
}

function changed(text: string, change: (scenarios: readonly unknown[]) => readonly unknown[]): string {
  const json = parseJson(text);
  if (!json.ok || !isRecord(json.value)) return text;
  const { scenarios } = json.value;
  return packText({ ...json.value, scenarios: change(Array.isArray(scenarios) ? scenarios : []) });
}

export function packText(pack: unknown): string {
  return `${JSON.stringify(pack, null, 2)}\n`;
}

/** What a name may hold, of what somebody typed. */
export function packName(typed: string): string {
  return typed
    .trim()
    .replace(/[^\w-]+/gu, '-')
    .replace(/^-+|-+$/gu, '');
}

/** An id that no scenario of the pack has. */
export function freeId(pack: RoughPack | null, wanted: string): string {
  const taken = new Set((pack?.scenarios ?? []).map(({ id }) => id));
  for (let number = 1; ; number++) {
    const id = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken.has(id)) return id;
  }
}

/** A whole scenario to begin with: every field is there, and it can be played as it is. */
export function exampleScenario(id: string): PackScenario {
  return {
    id,
    title: 'A desk by the window',
    situation: 'Two colleagues move into a new office. There is one desk by the window.',
    relationship: 'friend',
    goals: ['Get the desk by the window.', 'Get the desk by the window, or be asked nicely for it.'],
    issues: [{ kind: 'choice', name: 'desk', options: ['ana takes it', 'ben takes it'] }],
    scoring: {
      kind: 'checks',
      checks: [
        [{ kind: 'agrees', issue: 'desk', worth: { 'ana takes it': 1 }, points: 10 }],
        [
          { kind: 'agrees', issue: 'desk', worth: { 'ben takes it': 1 }, points: 8 },
          { kind: 'says', who: 'other', phrases: ['please'], points: 2 },
        ],
      ],
    },
    split: 'train',
  };
}

/** A small pack that can be played as it is. */
export function examplePack(name: string): ScenarioPack {
  const person = (id: string, firstName: string, pronouns: string) => ({
    id,
    firstName,
    lastName: '',
    age: 30,
    gender: pronouns.startsWith('she') ? 'Woman' : 'Man',
    pronouns,
    occupation: 'Designer',
    publicInfo: '',
    personality: '',
    secret: '',
  });
  return {
    format: PACK_FORMAT,
    version: PACK_VERSION,
    name,
    source: 'Written by me',
    characters: [person('ana', 'Ana', 'she/her'), person('ben', 'Ben', 'he/him')],
    relationships: [{ between: ['ana', 'ben'], kind: 'friend' }],
    scenarios: [exampleScenario('desk')],
  };
}

export const EXAMPLE_RULE = `(dialogue) => {
  // dialogue: scenario, turns [{ seat, utterance, action }], endReason, points
  const said = (seat, word) =>
    dialogue.turns.some((turn) => turn.seat === seat && turn.utterance.includes(word));
  return [said(0, 'please') ? 10 : 4, dialogue.endReason === 'agreement' ? 10 : 0];
}`;

function parseJson(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text));
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : String(cause));
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
