import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Plugin } from 'vite';

export const SERVICE_WORKER = 'service-worker';
const SCRIPT = `${SERVICE_WORKER}.js`;

/** Tells the service worker of a build which files it keeps, and which version they are. */
export function offline(): Plugin {
  let folder = '';
  return {
    name: 'parley-offline',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir);
    },
    // After everything, the public folder included, is in its place.
    closeBundle: () => {
      const script = readFileSync(join(folder, SCRIPT), 'utf8');
      const files = filesIn(folder).filter(
        (file) => file !== SCRIPT && !file.endsWith('.md') && !file.endsWith('.map'),
      );
      const hash = createHash('sha256').update(script);
      for (const file of files) hash.update(file).update(readFileSync(join(folder, file)));
      const known = { version: hash.digest('hex').slice(0, 16), files };
      writeFileSync(join(folder, SCRIPT), `self.OFFLINE = ${JSON.stringify(known)};\n${script}`);
    },
  };
}

/** Relative to the folder, with slashes, in a fixed order. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll('\\', '/'))
    .sort();
}
