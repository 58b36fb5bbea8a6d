import { EngineHost } from './engineHost.ts';
import { Command, type EngineMessage } from './protocol.ts';
import { StorageClient } from './storageClient.ts';

/** Thin: the first message brings the port to the storage worker, every other one is a command for the host. */
let host: EngineHost | null = null;

self.onmessage = ({ data }: MessageEvent<unknown>) => {
  if (isStoragePort(data)) {
    host = new EngineHost(new StorageClient(data.port), (message, transfer) => postToPage(message, transfer));
    return;
  }
  void host?.obey(Command.parse(data));
};

function postToPage(message: EngineMessage, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

function isStoragePort(data: unknown): data is { kind: 'storage.port'; port: MessagePort } {
  return typeof data === 'object' && data !== null && 'port' in data && data.port instanceof MessagePort;
}
