import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const SOURCES = ['src', 'cli', 'bench', 'workers', 'package-lock.json'];

/**
 * Bundles a TypeScript entry for Node (tfjs ships ES modules without file extensions, and our kernels are `.wgsl` files,
 * so Node cannot run the sources as they are) and imports it. Bundles again only when a source is newer than the bundle.
 */
export async function runBundled(entry) {
  const outDir = '.cache/node';
  const name = `${basename(entry, '.ts')}.js`;
  const bundle = join(outDir, name);
  const newest = Math.max(...SOURCES.filter(existsSync).map(newestChange));
  if (!existsSync(bundle) || statSync(bundle).mtimeMs < newest) {
    const { build } = await import('vite'); // half a second that only a stale bundle costs
    mkdirSync(outDir, { recursive: true });
    // Built aside and renamed: two commands that start together never read each other's half-written bundle.
    const pending = mkdtempSync(join(outDir, 'pending-'));
    try {
      await build({
        configFile: false,
        logLevel: 'error',
        publicDir: false,
        ssr: { noExternal: true, external: ['webgpu', 'playwright', 'vite'] },
        build: {
          ssr: entry,
          outDir: pending,
          emptyOutDir: false,
          target: 'node20',
          minify: false,
          rolldownOptions: { output: { codeSplitting: false } },
        },
      });
      // As old as the sources it was made of: what is saved while it builds makes it stale.
      utimesSync(join(pending, name), newest / 1000, newest / 1000);
      renameSync(join(pending, name), bundle);
    } finally {
      rmSync(pending, { recursive: true, force: true });
    }
  }
  return import(pathToFileURL(bundle).href);
}

function newestChange(path) {
  const info = statSync(path);
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}
