import { AppError } from '../src/base/errors.ts';
import { StorageClient } from './storageClient.ts';
import type { PortOffer } from './storageProtocol.ts';

/** The page owns the storage worker. It keeps one client for itself and gives the engine worker a port of its own. */
export interface StorageHost {
  readonly client: StorageClient;
  /** A new port to the worker, to be transferred to another thread that makes a `StorageClient` of it. */
  openPort(): MessagePort;
}

export function startStorage(): StorageHost {
  const worker = new Worker(new URL('./storage.worker.ts', import.meta.url), { type: 'module' });
  const openPort = () => {
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ kind: 'port.offered', port: port1 } satisfies PortOffer, [port1]);
    return port2;
  };
  const client = new StorageClient(openPort());
  worker.addEventListener('error', ({ message }) => {
    client.fail(storageWorkerFailed(message));
  });
  return { client, openPort };
}

function storageWorkerFailed(message: string): AppError {
  return new AppError('storage-unavailable', {
    what: 'The part of Parley that saves runs has stopped.',
    why: message || 'Its script could not be loaded.',
    fix: 'Reload the page. What was saved before is still there.',
  });
}
