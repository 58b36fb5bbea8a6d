import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { createServer, type Plugin } from 'vite';
import { CHROMIUM_FLAGS, findChromium } from '../cli/chromium.mjs';
import { findOnnxFile } from './onnxFile.ts';
import { MODEL_PATH, type PageRequest } from './pageRequest.ts';
import type { BenchResult } from './runBench.ts';

/** Files that the page may ask for below `MODEL_PATH`. */
interface ModelFiles {
  /** Holds `config.json`, `model.safetensors` and the rest. */
  readonly folder: string;
  /** The ONNX file. */
  readonly onnx: string | null;
}

/**
 * The comparison in a real Chromium, with transformers.js when there is an ONNX file.
 * @param folder of the model, or null for one that the page makes itself
 */
export async function runInChromium(
  folder: string | null,
  asked: Omit<PageRequest, 'hasOnnx'>,
  say: (text: string) => void,
): Promise<{ runtime: string; result: BenchResult }> {
  const onnx = folder === null ? { why: 'a random model has no ONNX file' } : findOnnxFile(folder, say);
  const files = folder === null ? null : { folder, onnx: 'path' in onnx ? onnx.path : null };
  const { runtime, result } = await openPage(files, { ...asked, hasOnnx: 'path' in onnx }, say);
  const { samples, unavailable } = result.measurements;
  const missing = 'why' in onnx ? { transformersjs: onnx.why } : {};
  return { runtime, result: { ...result, measurements: { samples, unavailable: { ...unavailable, ...missing } } } };
}

/**
 * Runs the page. The dev server serves it, so that nothing of it gets into the lab's build; threads of wasm
 * need the page to be cross-origin isolated.
 */
async function openPage(
  files: ModelFiles | null,
  request: PageRequest,
  say: (text: string) => void,
): Promise<{ runtime: string; result: BenchResult }> {
  const server = await createServer({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    cacheDir: '.cache/vite-bench',
    plugins: files ? [modelPlugin(files)] : [],
    server: {
      host: '127.0.0.1',
      hmr: false,
      watch: null,
      headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
    },
    // ONNX Runtime loads its parts by their own addresses.
    optimizeDeps: { entries: ['bench/page.html'], exclude: ['onnxruntime-web'] },
  });
  await server.listen();
  const executablePath = findChromium();
  const browser = await chromium.launch({
    args: ['--headless=new', ...CHROMIUM_FLAGS],
    ...(executablePath ? { executablePath } : {}),
  });
  try {
    const page = await browser.newPage();
    page.on('pageerror', ({ message }) => say(`the page reports: ${message}`));
    await page.exposeFunction('say', say);
    await page.goto(`${server.resolvedUrls?.local[0]}bench/page.html`);
    await page.waitForFunction('window.runInPage', null, { timeout: 120_000 });
    const result = await page.evaluate((asked) => window.runInPage(asked), request);
    return { runtime: `Chromium ${browser.version()}`, result };
  } finally {
    await browser.close();
    await server.close();
  }
}

function modelPlugin({ folder, onnx }: ModelFiles): Plugin {
  return {
    name: 'bench-model',
    configureServer(server) {
      server.middlewares.use(`/${MODEL_PATH}`, (request, response) => {
        const name = (request.url ?? '').split('?')[0]?.slice(1) ?? '';
        const path = name === 'onnx/model.onnx' ? onnx : join(folder, name);
        if (!path || !/^[\w./-]+$/.test(name) || name.includes('..') || !existsSync(path)) {
          response.writeHead(404).end();
          return;
        }
        response.writeHead(200, {
          'Content-Type': path.endsWith('.json') ? 'application/json' : 'application/octet-stream',
        });
        createReadStream(path).pipe(response);
      });
    },
  };
}
