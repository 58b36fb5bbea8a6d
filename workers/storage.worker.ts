import { LabDatabase } from '../src/storage/database.ts';
import { PortOffer } from './storageProtocol.ts';
import { StorageServer } from './storageServer.ts';

/** Writes IndexedDB off the page and off the engine, so that neither ever waits for the disk. */
const server = new StorageServer(new LabDatabase(), navigator.locks);

self.onmessage = ({ data }: MessageEvent<unknown>) => {
  server.serve(PortOffer.parse(data).port);
};
