import { explain } from '../../base/errors.ts';
import { asStorageError } from '../../storage/errors.ts';
import { useEngine } from '../engineStore.ts';

/** Waits for an order to storage and shows its failure; success shows itself in the live queries. */
export async function reporting(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    useEngine.getState().setNotice(explain(asStorageError(thrown)));
  }
}
