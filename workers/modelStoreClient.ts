import { AppError, type Explanation } from '../src/base/errors.ts';
import { ModelMessage, type ModelCommand } from './modelStoreProtocol.ts';

/** The page's end of the worker that keeps models. */
export interface ModelStoreClient {
  send(command: ModelCommand): void;
}

/** @param onBroken the worker cannot be talked to any more */
export function startModelStore(
  onMessage: (message: ModelMessage) => void,
  onBroken: (failure: Explanation & { readonly code: string }) => void,
): ModelStoreClient {
  const worker = new Worker(new URL('./modelStore.worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const parsed = ModelMessage.safeParse(data);
    if (parsed.success) onMessage(parsed.data);
    else onBroken(crashed(parsed.error.message));
  });
  worker.addEventListener('error', ({ message }) => onBroken(crashed(message)));
  return { send: (command) => worker.postMessage(command) };
}

function crashed(message: string): AppError {
  return new AppError('storage-unavailable', {
    what: 'The part of Parley that keeps models has stopped.',
    why: message || 'Its script could not be loaded.',
    fix: 'Reload the page. What has arrived is still there.',
  });
}
