/** What is compared: a run, or its weights at one moment. */
export interface Contender {
  readonly runId: string;
  /** The id of a checkpoint, or `BASE`; null: the run as a whole, whose weights are its newest. */
  readonly at: string | null;
}

/** The weights before the first update: no checkpoint's id, since those begin with their run's. */
export const BASE = 'base';

/** What the URL hash says: which screen, and what of it. Links are shared, so anything may stand there. */
export type Route =
  | { readonly screen: 'train'; readonly changes: Readonly<Record<string, string>> }
  | {
      readonly screen: 'inspect';
      readonly runId: string | null;
      readonly episodeId: string | null;
      readonly turnIndex: number | null;
      /** How the turn's tokens are coloured; null as usual. */
      readonly tab: string | null;
    }
  | { readonly screen: 'compare'; readonly contenders: readonly Contender[] }
  | { readonly screen: 'play' | 'talk'; readonly changes: Readonly<Record<string, string>> }
  | { readonly screen: 'scenarios'; readonly source: string | null; readonly scenarioId: string | null }
  | {
      readonly screen: 'experiments';
      readonly recipe: string | null;
      readonly changes: Readonly<Record<string, string>>;
    }
  | { readonly screen: 'models' }
  | { readonly screen: 'storage' }
  | { readonly screen: 'self-test' };

export type Screen = Route['screen'];

/** An unknown hash is the train screen. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [screen, ...parts] = path.split('/').map(decodePart);
  switch (screen) {
    case 'inspect': {
      const [runId, episodeId, turn] = parts;
      const turnIndex = turn !== undefined && /^\d{1,4}$/.test(turn) ? Number(turn) : null;
      const tab = new URLSearchParams(query).get('tab');
      return { screen, runId: runId || null, episodeId: episodeId || null, turnIndex, tab };
    }
    case 'compare':
      // A list keeps its commas only as long as nobody has decoded it.
      return { screen, contenders: [...new Set((path.split('/')[1] ?? '').split(','))].flatMap(parseContender) };
    case 'scenarios': {
      const [source, scenarioId] = parts;
      return { screen, source: source || null, scenarioId: scenarioId || null };
    }
    case 'play':
    case 'talk':
      return { screen, changes: Object.fromEntries(new URLSearchParams(query)) };
    case 'experiments':
      return { screen, recipe: parts[0] || null, changes: Object.fromEntries(new URLSearchParams(query)) };
    case 'models':
    case 'storage':
    case 'self-test':
      return { screen };
    default:
      return { screen: 'train', changes: Object.fromEntries(new URLSearchParams(query)) };
  }
}

export function formatRoute(route: Route): string {
  switch (route.screen) {
    case 'train':
    case 'play':
    case 'talk': {
      const query = new URLSearchParams(route.changes).toString();
      return query ? `#/${route.screen}?${query}` : `#/${route.screen}`;
    }
    case 'inspect': {
      const parts = [route.runId, route.episodeId, route.turnIndex];
      const given = parts.slice(0, parts.indexOf(null) < 0 ? parts.length : parts.indexOf(null));
      const path = ['#/inspect', ...given.map((part) => encodeURIComponent(String(part)))].join('/');
      return route.tab === null ? path : `${path}?tab=${encodeURIComponent(route.tab)}`;
    }
    case 'scenarios': {
      const parts = [route.source, ...(route.source === null ? [] : [route.scenarioId])];
      const given = parts.filter((part) => part !== null).map(encodeURIComponent);
      return ['#/scenarios', ...given].join('/');
    }
    case 'compare':
      return ['#/compare', ...(route.contenders.length > 0 ? [joinContenders(route.contenders)] : [])].join('/');
    case 'experiments': {
      const query = new URLSearchParams(route.changes).toString();
      const path = route.recipe === null ? '#/experiments' : `#/experiments/${encodeURIComponent(route.recipe)}`;
      return query ? `${path}?${query}` : path;
    }
    case 'models':
    case 'storage':
    case 'self-test':
      return `#/${route.screen}`;
  }
}

/** `run,run@checkpoint`, each part escaped: as they stand in a link. */
export function joinContenders(contenders: readonly Contender[]): string {
  return contenders.map(contenderKey).join(',');
}

/** One text per contender, the same wherever it is compared. */
export function contenderKey({ runId, at }: Contender): string {
  return at === null ? encodeURIComponent(runId) : `${encodeURIComponent(runId)}@${encodeURIComponent(at)}`;
}

/** None where no run is named. */
export function parseContender(text: string): Contender[] {
  const [runId = '', at = ''] = text.split('@', 2).map(decodePart);
  return runId === '' ? [] : [{ runId, at: at || null }];
}

/** A link to one run, episode or turn. */
export function inspectLink(
  runId: string | null,
  episodeId: string | null = null,
  turnIndex: number | null = null,
  tab: string | null = null,
): string {
  return formatRoute({ screen: 'inspect', runId, episodeId, turnIndex, tab });
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a broken escape is just text that matches nothing
  }
}
