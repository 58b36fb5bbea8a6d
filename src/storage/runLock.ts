import { AppError } from '../base/errors.ts';

/** The part of `navigator.locks` that we need. Locks die with their tab, so a crash never leaves one behind. */
export interface LockPort {
  request<Value>(
    name: string,
    options: { readonly mode?: 'exclusive' | 'shared'; readonly ifAvailable?: boolean },
    callback: (lock: unknown) => Promise<Value>,
  ): Promise<Value>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

const PREFIX = 'parley-run-';

/** Held while a run trains: no second tab may train it, delete it or write to it. */
export interface RunLock {
  readonly runId: string;
  /** Settles when others can take the run. */
  release(): Promise<void>;
}

/** Takes the run for this thread until the lock is released. @throws AppError `run-open-elsewhere` */
export function takeRunLock(locks: LockPort, runId: string): Promise<RunLock> {
  return new Promise((resolve, reject) => {
    const released = locks.request(`${PREFIX}${runId}`, { mode: 'exclusive', ifAvailable: true }, async (lock) => {
      if (!lock) throw runOpenElsewhere();
      await new Promise<void>((letGo) => {
        resolve({
          runId,
          release() {
            letGo();
            return released;
          },
        });
      });
    });
    released.catch(reject);
  });
}

/** Ids of the runs that some tab has open. */
export async function openRunIds(locks: LockPort): Promise<ReadonlySet<string>> {
  const { held = [] } = await locks.query();
  const names = held.map(({ name = '' }) => name);
  return new Set(names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length)));
}

function runOpenElsewhere(): AppError {
  return new AppError('run-open-elsewhere', {
    what: 'This run is already open, most likely in another tab.',
    why: 'Two tabs on the same run would overwrite each other’s checkpoints. Nothing was changed here.',
    fix: 'Go on in the other tab; or stop the run there, or close that tab, and try again here.',
  });
}
