import type { LockPort } from './runLock.ts';

/** `navigator.locks` for tests in Node: the same rules for `ifAvailable`, and requests that cannot wait must not need to. */
export function createFakeLocks(): LockPort {
  const held: { name: string; mode: 'exclusive' | 'shared' }[] = [];
  return {
    async request(name, { mode = 'exclusive', ifAvailable = false }, callback) {
      const rivals = held.filter((lock) => lock.name === name);
      if (rivals.some((rival) => rival.mode === 'exclusive' || mode === 'exclusive')) {
        if (ifAvailable) return callback(null);
        throw new Error(`fakeLocks: ${name} would have to wait`);
      }
      const lock = { name, mode };
      held.push(lock);
      try {
        return await callback(lock);
      } finally {
        held.splice(held.indexOf(lock), 1);
      }
    },
    query: () => Promise.resolve({ held: held.map(({ name }) => ({ name })) }),
  };
}
