import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page, type Worker } from 'playwright';
import { CHROMIUM_FLAGS, findChromium } from '../cli/chromium.mjs';
import { serveBuild } from '../e2e/serve.mjs';
import { writeRealSizeFolder } from './realSizeModel.ts';
import { stopwatch } from './stopwatch.ts';

/**
 * Does a model of real size live in a tab? `node bench/realSizePage.mjs [f32|f16|int8|int4]`, after `npm run build`: a person's way
 * through the built lab in Chromium. A folder of SmolLM2-135M's exact shape (random weights) is added on the screen Models, kept, and
 * takes one LoRA update on two short dialogues; printed as JSON: seconds, and the bytes of the tab's GPU buffers at their
 * highest point beside the estimate that the page shows before the start. Minutes on a CPU adapter.
 */
const PATIENCE_MS = 3_600_000;
const SETTINGS = {
  adaptation: 'lora',
  loraRank: '8',
  contextLimit: '512',
  tokensPerMicroBatch: '512',
  episodesPerUpdate: '2',
  episodesPerScenario: '2',
  turnLimit: '1',
  strategyTokenLimit: '8',
  actionTokenLimit: '8',
  updates: '1',
  // Random weights close no deal, and without points only this has a gradient.
  entropyBonusPerNat: '0.01',
};

const [precision = 'f32'] = JSON.parse(process.env['PARLEY_ARGUMENTS'] ?? '[]') as [string?];
const folder = await mkdtemp(join(tmpdir(), 'parley-real-size-'));
const server = serveBuild(0);
try {
  const model = join(folder, 'SmolLM2-135M-shape');
  await writeRealSizeFolder(model);
  const executablePath = findChromium();
  // A profile on the disk: a private window would keep the model's file in memory.
  const browser = await chromium.launchPersistentContext(join(folder, 'profile'), {
    args: ['--headless=new', ...CHROMIUM_FLAGS],
    ...(executablePath ? { executablePath } : {}),
  });
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.setDefaultTimeout(PATIENCE_MS);
  const { port } = server.address() as AddressInfo;
  const report = await trainOnce(page, `http://127.0.0.1:${port}/lab/`, model);
  console.log(JSON.stringify({ browser: `Chromium ${browser.browser()?.version() ?? ''}`, ...report }, null, 2));
  await browser.close();
} finally {
  server.close();
  await rm(folder, { recursive: true });
}
process.exit();

async function trainOnce(page: Page, address: string, model: string) {
  const { seconds, timed } = stopwatch();
  const isReady = () => page.locator('[data-testid=engine-status][data-engine=ready]').waitFor();

  await page.goto(`${address}#/models`);
  await isReady();
  await page.getByRole('radio', { name: 'This machine' }).click();
  const kept = page.getByTestId('kept-model');
  await timed('add', async () => {
    await page.locator('input[type=file][webkitdirectory]').setInputFiles(model);
    await kept.waitFor();
  });
  const name = (await kept.getAttribute('data-model')) ?? '';

  const settings = new URLSearchParams({ model: name, basePrecision: precision, ...SETTINGS });
  await page.goto(`${address}#/train?${settings}`);
  const estimate = page.getByTestId('memory-estimate');
  await page.getByText('135M', { exact: false }).first().waitFor();
  const shown = (await estimate.textContent()) ?? '';

  // Only the worker that owns the device has any buffers.
  for (const worker of page.workers()) await worker.evaluate(countBuffers);
  await timed('run', async () => {
    await page.getByTestId('train-button').click();
    await page
      .getByTestId('run-status')
      .getByText(/finished|complete|interrupted|failed/i)
      .waitFor();
  });
  const status = await page.getByTestId('run-status').textContent();
  const alerts = await page.getByRole('alert').allTextContents();
  const points = await page.getByTestId('points-now').textContent();
  const gradientNorm = await page.locator('.card', { hasText: 'Gradient norm' }).locator('.metric-value').textContent();
  const peaks = await Promise.all(page.workers().map(peakBytes));
  return {
    model: name,
    precision,
    status,
    alerts,
    points,
    gradientNorm,
    seconds,
    estimate: shown,
    peakBytes: Math.max(...peaks),
  };
}

/** Runs in a worker: counts the bytes of buffers that are alive, at their highest point. */
function countBuffers(): void {
  const device = globalThis.GPUDevice?.prototype;
  if (!device) return;
  const scope = globalThis as unknown as { peakBytes: number };
  let live = 0;
  scope.peakBytes = 0;
  const sizes = new WeakMap<GPUBuffer, number>();
  const { createBuffer } = device;
  device.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    sizes.set(buffer, descriptor.size);
    live += descriptor.size;
    scope.peakBytes = Math.max(scope.peakBytes, live);
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    live -= sizes.get(this) ?? 0;
    sizes.delete(this);
    return destroy.call(this);
  };
}

function peakBytes(worker: Worker): Promise<number> {
  return worker.evaluate(() => (globalThis as unknown as { peakBytes?: number }).peakBytes ?? 0);
}
