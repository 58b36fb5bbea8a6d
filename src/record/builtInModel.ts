/** A language model that ships with the lab. */
export interface BuiltInModel {
  /** Its folder below `public/models/`, and what runs, checkpoints and links call it. */
  readonly name: string;
  readonly label: string;
  /** What it is for, in one sentence. */
  readonly about: string;
  /** How many parameters, as people say it. */
  readonly parameters?: string;
}

/** Every model that ships with the lab. To add one, put its folder below `public/models/` and a line here. */
export const BUILT_IN_MODELS = [
  {
    name: 'parley-mini',
    label: 'Parley mini',
    about: 'speaks in Deal-or-No-Deal alone, and follows strategies closest there; the fastest',
    parameters: '171k',
  },
  {
    name: 'parley-small',
    label: 'Parley small',
    about: 'speaks in all negotiations, social scenes, shop, household, guessing and poker; more to compute',
    parameters: '870k',
  },
] as const satisfies readonly BuiltInModel[];

export type BuiltInModelName = (typeof BUILT_IN_MODELS)[number]['name'];
export const BUILT_IN_MODEL_NAMES: readonly BuiltInModelName[] = BUILT_IN_MODELS.map(({ name }) => name);

/** What a run is trained from when nobody says otherwise. */
export const DEFAULT_BUILT_IN_MODEL: BuiltInModelName = 'parley-small';

export function isBuiltInModel(name: string): name is BuiltInModelName {
  return (BUILT_IN_MODEL_NAMES as readonly string[]).includes(name);
}

/** Its line in the list. */
export function builtInModel(name: BuiltInModelName): BuiltInModel {
  const model = BUILT_IN_MODELS.find((candidate) => candidate.name === name);
  if (!model) throw new Error(`builtInModel: ${name} is not in the list`); // the type admits no other name
  return model;
}

/** `parley-mini (171k parameters): speaks in …` */
export function describeModel({ name, about, parameters }: BuiltInModel): string {
  return `${parameters === undefined ? name : `${name} (${parameters} parameters)`}: ${about}.`;
}
