import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const SOURCES = ['src', 'cli', 'bench', 'workers', 'package-lock.json'];

/**
 * Bundles a TypeScript entry for Node (tfjs ships ES modules without file extensions, and our kernels are `.wgsl` files,
 * so Node cannot run the sources as they are) and imports it. Bundles again only when a source is newer than the bundle.
 */
export async function runBundled(entry) {
  const outDir = '.cache/node';
  const bundle = join(outDir, `${basename(entry, '.ts')}.js`);
  const newest = Math.max(...SOURCES.map(newestChange));
  if (!existsSync(bundle) || statSync(bundle).mtimeMs < newest) {
    await build({
      configFile: false,
      logLevel: 'error',
      publicDir: false,
      ssr: { noExternal: true, external: ['webgpu', 'playwright', 'vite'] },
      build: { ssr: entry, outDir, emptyOutDir: false, target: 'node20', minify: false, sourcemap: 'inline' },
    });
  }
  return import(pathToFileURL(bundle).href);
}

function newestChange(path) {
  const info = statSync(path);
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}
