import { AppError, type Explanation } from '../base/errors.ts';

interface KnownTrouble extends Explanation {
  readonly code: 'storage-full' | 'storage-blocked' | 'storage-unavailable';
  /** Names of browser and Dexie errors that mean this. */
  readonly errorNames: readonly string[];
}

/** Most telling first: Dexie wraps the browser's error in its own, so one failure carries several names. */
const knownTroubles: readonly KnownTrouble[] = [
  {
    code: 'storage-full',
    errorNames: ['QuotaExceededError'],
    what: 'There is no room left to save.',
    why: 'The browser’s storage for this page, or the disk, is full. Everything saved before is still there.',
    fix: 'Delete old runs or checkpoints, or free disk space; then resume the run from its last checkpoint.',
  },
  {
    code: 'storage-blocked',
    errorNames: ['VersionError'],
    what: 'This tab cannot open its storage.',
    why: 'A newer version of Parley has already converted the saved runs; this tab still runs the older one.',
    fix: 'Reload this tab.',
  },
  {
    code: 'storage-unavailable',
    errorNames: ['MissingAPIError', 'SecurityError'],
    what: 'This browser gives the page no storage.',
    why: 'IndexedDB is missing or switched off, as in some private windows or when site data is blocked.',
    fix: 'Allow site data for this page, or open it in a normal window.',
  },
  {
    code: 'storage-blocked',
    errorNames: ['DatabaseClosedError', 'InvalidStateError'],
    what: 'This tab lost its connection to its storage.',
    why: 'Another tab is converting or deleting the saved data, or the site’s data was cleared.',
    fix: 'Close the other Parley tabs and reload this one.',
  },
  {
    code: 'storage-unavailable',
    errorNames: ['OpenFailedError', 'UnknownError'],
    what: 'The browser could not open its storage.',
    why: 'IndexedDB reported an internal error; a full or read-only disk is the usual reason.',
    fix: 'Free disk space, restart the browser and try again.',
  },
];

/** A run's storage is held open by an old tab, so the database cannot be converted. Opening would wait for ever. */
export function storageBlockedByTab(): AppError {
  return new AppError('storage-blocked', {
    what: 'Parley cannot open its storage yet.',
    why: 'Another tab holds an older version of it open.',
    fix: 'Close the other Parley tabs; then reload this one.',
  });
}

/** Says in plain words what a Dexie or IndexedDB error means; whatever it does not know comes back unchanged. */
export function asStorageError(thrown: unknown): unknown {
  if (thrown instanceof AppError) return thrown;
  const names = errorNames(thrown);
  const trouble = knownTroubles.find((candidate) => candidate.errorNames.some((name) => names.has(name)));
  return trouble ? new AppError(trouble.code, trouble, { cause: thrown }) : thrown;
}

/** Runs `work` and rethrows its storage errors in plain words. */
export async function explainingStorage<Value>(work: () => PromiseLike<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    throw asStorageError(thrown);
  }
}

/** Names of the error and of every error it wraps. */
function errorNames(thrown: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<unknown>();
  const pending: unknown[] = [thrown];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    if (typeof current !== 'object' || current === null || seen.has(current)) continue;
    seen.add(current);
    if ('name' in current && typeof current.name === 'string') names.add(current.name);
    if ('inner' in current) pending.push(current.inner); // Dexie
    if ('cause' in current) pending.push(current.cause);
    if ('failures' in current && Array.isArray(current.failures)) pending.push(...current.failures); // Dexie's BulkError
  }
  return names;
}
