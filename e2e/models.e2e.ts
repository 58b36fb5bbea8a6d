import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { auditLooks, expectAccessible } from './audit.ts';
import { FaultServer } from '../tests/models/faultServer.ts';

const FOLDER = 'public/models/parley-mini';
const NAMES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'generation_config.json', 'model.safetensors'];
const kept = (page: Page) => page.getByTestId('kept-model');

async function openModels(page: Page): Promise<void> {
  await page.goto('./#/models');
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await expect(page.getByText('None yet.')).toBeVisible();
}

async function modelFiles(): Promise<Map<string, Uint8Array>> {
  const read = NAMES.map(async (name) => [name, await readFile(`${FOLDER}/${name}`).catch(() => null)] as const);
  return new Map((await Promise.all(read)).flatMap(([name, bytes]) => (bytes ? [[name, bytes] as const] : [])));
}

test('a folder of this machine becomes a base model: added, trained, kept over a reload, deleted and missed', async ({
  page,
}) => {
  await openModels(page);
  await page.getByRole('radio', { name: 'This machine' }).click();
  await page.locator('input[type=file][webkitdirectory]').setInputFiles(FOLDER);
  await expect(kept(page)).toContainText(/171k parameters/);
  const name = (await kept(page).getAttribute('data-model')) ?? '';
  expect(name).toMatch(/^parley-mini@[0-9a-f]{12}$/);
  await expect(kept(page).getByRole('table')).toContainText(/fits/);

  await page.getByTestId('train-model').click();
  await expect(page).toHaveURL(/adaptation=lora/);
  await page.goto(
    `./#/train?model=${encodeURIComponent(name)}&adaptation=lora&episodesPerUpdate=8&episodesPerScenario=2&updates=1`,
  );
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);
  await expect(page.getByTestId('points-now')).toHaveText(/\d\.\d\d/);

  await page.goto('./#/models');
  await page.reload();
  await expect(kept(page)).toHaveAttribute('data-model', name);
  await page.getByTestId('delete-model').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(kept(page)).toHaveCount(0);

  await page.getByRole('link', { name: 'Storage' }).click();
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await page.getByTestId('restore-checkpoint').first().click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByText(`This browser does not keep the model ${name}.`)).toBeVisible();
});

test('a download goes on after a cut, and only from a host that was ticked', async ({ page }) => {
  const server = new FaultServer(await modelFiles());
  const address = await server.start();
  try {
    server.faults.set('model.safetensors', [{ kind: 'cut', afterBytes: 100_000 }]);
    await openModels(page);
    await page.getByTestId('hub-id').fill('someone/tiny');
    await page.getByTestId('hub-mirror').fill(address);
    await expect(page.getByTestId('download-model')).toBeDisabled();
    expect(server.asked).toEqual([]);
    await page.getByTestId('allow-host').click();
    await page.getByTestId('download-model').click();
    await expect(kept(page)).toContainText('licence: apache-2.0');
    const ranges = server.asked.filter(({ path }) => path.endsWith('/model.safetensors')).map(({ range }) => range);
    expect(ranges).toHaveLength(2);
    expect(ranges[1]).toMatch(/^bytes=\d+-$/); // where it stopped, not from the beginning
  } finally {
    await server.stop();
  }
});

test('what was broken off is unfinished, not a model; it goes on after a reload', async ({ page }) => {
  const server = new FaultServer(await modelFiles());
  const address = await server.start();
  try {
    server.faults.set('model.safetensors', [
      { kind: 'cut', afterBytes: 100_000 },
      { kind: 'status', status: 403 },
    ]);
    await openModels(page);
    await page.getByTestId('hub-id').fill('someone/tiny');
    await page.getByTestId('hub-mirror').fill(address);
    await page.getByTestId('allow-host').click();
    await page.getByTestId('download-model').click();
    await expect(page.getByRole('alert')).toContainText(/access token/);
    await page.reload();
    await expect(page.getByTestId('unfinished-model')).toContainText('tiny');
    await expect(kept(page)).toHaveCount(0);
    await page.getByTestId('resume-model').click();
    await expect(kept(page)).toHaveCount(1);
    await expect(page.getByTestId('unfinished-model')).toHaveCount(0);
  } finally {
    await server.stop();
  }
});

test('another architecture is refused with a reason, and an adapter is taken', async ({ page }) => {
  await openModels(page);
  await page.getByRole('radio', { name: 'This machine' }).click();
  const files = await modelFiles();
  const config = { ...JSON.parse(new TextDecoder().decode(files.get('config.json'))), model_type: 'gemma3_text' };
  files.set('config.json', new TextEncoder().encode(JSON.stringify(config)));
  const chosen = page.locator('input[type=file]:not([webkitdirectory])');
  await chosen.setInputFiles(
    [...files].map(([name, bytes]) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) })),
  );
  await expect(page.getByRole('alert')).toContainText('architecture is "gemma3_text"');
  await expect(kept(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Dismiss' }).click();

  await page.getByRole('radio', { name: 'This machine' }).click();
  await page.locator('input[type=file][webkitdirectory]').setInputFiles('tests/fixtures/tiny-llama/adapter');
  await expect(page.getByTestId('kept-adapter')).toContainText('rank 4, alpha 8');
  await expect(page.getByTestId('train-adapter')).toHaveAttribute('href', /loraRank=4.*adapter=adapter%40/);
});

test('with a model and an adapter the screen fits and is accessible in every look', async ({ page }) => {
  await openModels(page);
  for (const folder of [FOLDER, 'tests/fixtures/tiny-llama/adapter']) {
    await page.getByRole('radio', { name: 'This machine' }).click();
    await page.locator('input[type=file][webkitdirectory]').setInputFiles(folder);
  }
  await expect(kept(page)).toHaveCount(1);
  await expect(page.getByTestId('kept-adapter')).toHaveCount(1);
  await page.getByRole('radio', { name: 'Hugging Face' }).click();
  await auditLooks(page, 'models');
  for (const source of ['Address', 'This machine', 'Hugging Face']) {
    await page.getByRole('radio', { name: source }).click();
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 844 });
      // A card hides what is too wide for it: the page alone would not tell.
      const cut = await page
        .locator('.card')
        .evaluateAll((cards) => cards.filter((card) => card.scrollWidth > card.clientWidth).length);
      expect(cut, `cards cut off under ${source} at ${width} px`).toBe(0);
    }
    await expectAccessible(page, source);
  }
});
