import { liveQuery } from 'dexie';
import { useEffect, useState } from 'react';
import { explain } from '../base/errors.ts';
import { LabDatabase } from '../storage/database.ts';
import { asStorageError } from '../storage/errors.ts';
import type { Failure } from './engineStore.ts';

/** The page only reads; all writing is the storage worker's. */
export const database = new LabDatabase();

export interface Live<Value> {
  /** undefined until the first answer. */
  readonly value: Value | undefined;
  readonly failure: Failure | null;
}

/**
 * The answer to `query(argument)`, again whenever what it read has changed.
 *
 * @param query a module-level function: a new identity at every rendering would ask again at every rendering
 */
export function useLive<Argument, Value>(
  query: (argument: Argument) => Promise<Value>,
  argument: Argument,
): Live<Value> {
  const [answer, setAnswer] = useState<Live<Value> & { readonly argument?: Argument }>(NOTHING_YET);
  useEffect(() => {
    const subscription = liveQuery(() => query(argument)).subscribe({
      next: (value) => setAnswer({ argument, value, failure: null }),
      error: (thrown: unknown) => setAnswer({ argument, value: undefined, failure: explain(asStorageError(thrown)) }),
    });
    return () => subscription.unsubscribe();
  }, [query, argument]);
  return answer.argument === argument ? answer : NOTHING_YET;
}

const NOTHING_YET = { value: undefined, failure: null };
