import { ModelStoreHost } from './modelStoreHost.ts';
import { ModelCommand } from './modelStoreProtocol.ts';
import { opfsFiles } from './opfsFiles.ts';

/** Thin: fetches, hashes and writes models off the page and off the engine. */
const host = new ModelStoreHost(
  {
    files: opfsFiles('models'),
    adapterFiles: opfsFiles('adapters'),
    storage: navigator.storage,
    fetch: (url, options) => fetch(url, options),
  },
  (message) => self.postMessage(message),
);

self.onmessage = ({ data }: MessageEvent<unknown>) => void host.obey(ModelCommand.parse(data));
