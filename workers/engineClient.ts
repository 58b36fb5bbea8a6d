import { AppError, type Explanation } from '../src/base/errors.ts';
import { EngineMessage, PROTOCOL_VERSION, type Command } from './protocol.ts';

type Failure = Explanation & { readonly code: string };

/** The part of a worker that the client needs; tests pass one end of a MessageChannel. */
export interface EngineWorker {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  terminate(): void;
}

export interface EngineListener {
  /** Everything the worker says once both sides speak the same version. */
  onMessage(message: EngineMessage): void;
  /** The worker cannot be talked to: another version, a script that did not load, a crash. */
  onBroken(failure: Failure): void;
}

export function createEngineWorker(): Worker {
  return new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' });
}

/**
 * The page's end of the engine worker. Hands over the port to the storage worker first, then says hello: a tab that was
 * left open over an update of Parley learns that it must reload.
 */
export class EngineClient {
  private readonly worker: EngineWorker;
  private isBroken = false;

  constructor(worker: EngineWorker, storagePort: MessagePort, listener: EngineListener) {
    this.worker = worker;
    const giveUp = (failure: Failure) => {
      if (this.isBroken) return;
      this.close();
      listener.onBroken(failure);
    };
    worker.addEventListener('message', ({ data }) => {
      if (this.isBroken) return;
      const parsed = EngineMessage.safeParse(data);
      if (!parsed.success) giveUp(isHello(data) ? OTHER_VERSION : unreadable(parsed.error.message));
      else if (parsed.data.kind !== 'hello') listener.onMessage(parsed.data);
      else if (parsed.data.protocolVersion !== PROTOCOL_VERSION) giveUp(OTHER_VERSION);
    });
    worker.addEventListener('error', ({ message }) => giveUp(crashed(message)));
    worker.postMessage({ kind: 'storage.port', port: storagePort }, [storagePort]);
    this.send({ kind: 'hello', protocolVersion: PROTOCOL_VERSION });
  }

  send(command: Command): void {
    if (!this.isBroken) this.worker.postMessage(command);
  }

  close(): void {
    this.isBroken = true;
    this.worker.terminate();
  }
}

function isHello(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'hello';
}

const OTHER_VERSION: Failure = new AppError('version-mismatch', {
  what: 'This tab and its engine are of different versions.',
  why: 'Parley was updated while the tab was open.',
  fix: 'Reload the tab. Saved runs stay; an interrupted run offers to go on.',
});

function unreadable(detail: string): Failure {
  return new AppError('message-unreadable', {
    what: 'The engine said something that the page cannot read.',
    why: detail,
    fix: 'Reload the tab. If it comes back, report it with this message.',
  });
}

function crashed(message: string): Failure {
  return new AppError('engine-crashed', {
    what: 'The engine has stopped.',
    why: message || 'Its script could not be loaded.',
    fix: 'Start it again; an interrupted run goes on from its last checkpoint.',
  });
}
