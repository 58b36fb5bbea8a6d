import { ENVIRONMENT_NAMES, isEnvironmentName, type EnvironmentName } from '../../record/environmentName.ts';

/** Where scenarios come from: an environment of the lab, or a pack of the person's own. */
export type Source =
  { readonly kind: 'environment'; readonly name: EnvironmentName } | { readonly kind: 'pack'; readonly name: string };

/** As it stands in a link: `sotopia`, `pack.mine`. No environment has a point in its name. */
export function sourceId({ kind, name }: Source): string {
  return kind === 'pack' ? `pack.${name}` : name;
}

/** @param id of a link; anything else is the first environment whose scenarios people write */
export function sourceFrom(id: string | null): Source {
  if (id?.startsWith('pack.')) return { kind: 'pack', name: id.slice('pack.'.length) };
  return { kind: 'environment', name: id !== null && isEnvironmentName(id) ? id : 'sotopia' };
}

export const BUILT_IN_SOURCES: readonly Source[] = [
  'sotopia' as const,
  ...ENVIRONMENT_NAMES.filter((name) => name !== 'sotopia'),
].map((name) => ({ kind: 'environment', name }));
