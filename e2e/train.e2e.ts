import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { readZip } from './zip.ts';
import { readSafetensors } from '../src/policy/formats/safetensors.ts';

/** Settings in the link: the quick config with as many updates as the test needs. */
const open = async (page: Page, updates: number) => {
  await page.goto(`./#/train?model=parley-mini&updates=${updates}`);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
};

test('open, train, reload in mid-run, resume, export: the whole way with a real device', async ({ page }) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await open(page, 2);
  await expect(page.getByTestId('engine-status')).toContainText(/swiftshader|·/);

  await page.getByTestId('train-button').click();
  // Turns stream in while the dialogues are played …
  await expect(page.getByTestId('turn-strategy').first()).toHaveText(/\w+/);
  await expect(page.getByTestId('turn-row').first()).toContainText(/\w+/);
  // … the first update ends, and the page is reloaded in the middle of the second.
  await expect(page.getByTestId('update-counter')).toContainText('1 / 2');
  await page.reload();
  await expect(page.getByTestId('resume-banner')).toContainText('after update 1 of 2');
  await page.getByTestId('resume-run').click();
  await expect(page.getByTestId('update-counter')).toContainText('2 / 2');
  await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);
  await expect(page.getByTestId('points-now')).toHaveText(/\d\.\d\d/);

  // Every turn of a finished batch shows what it earned.
  await page.getByRole('link', { name: 'Inspect' }).click();
  await page.getByTestId('episode-row').first().click();
  await expect(page.getByTestId('turn-reward').first()).toContainText(/[+−-]?\d\.\d\d/);
  await page.getByTestId('turn-row').first().locator('a').click();
  await expect(page.getByTestId('turn-inspector')).toContainText(/advantage/i);
  await expect(page.getByTestId('token-strip')).toContainText(/\w/);

  await page.getByRole('link', { name: 'Storage' }).click();
  await expect(page.getByTestId('checkpoint-row')).not.toHaveCount(0);
  const download = page.waitForEvent('download');
  await page.getByTestId('export-weights').first().click();
  const files = readZip(await readFile(await (await download).path()));
  expect([...files.keys()]).toEqual(expect.arrayContaining(['config.json', 'tokenizer.json', 'model.safetensors']));
  const { tensors } = readSafetensors(files.get('model.safetensors') ?? new Uint8Array());
  const trained = tensors.get('model.embed_tokens.weight')?.data;
  const shipped = readSafetensors(await readFile('public/models/parley-mini/model.safetensors')).tensors;
  expect(trained).toBeDefined();
  expect(trained).not.toEqual(shipped.get('model.embed_tokens.weight')?.data); // it has learned something
  expect(complaints).toEqual([]);
});

test('stopping in mid-update answers within two seconds and saves', async ({ page }) => {
  await open(page, 3);
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('turn-strategy').first()).toHaveText(/\w+/);
  const start = performance.now();
  await page.getByTestId('stop-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/stopped/i);
  expect(performance.now() - start).toBeLessThan(2000);
  await page.getByRole('link', { name: 'Storage' }).click();
  await expect(page.getByTestId('checkpoint-row')).not.toHaveCount(0);
});

test('pause waits for the end of the update; step runs one; a second tab cannot take the run', async ({
  page,
  context,
}) => {
  await open(page, 4);
  await page.getByTestId('train-button').click();
  await page.getByTestId('pause-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/paused/i);
  const before = await page.getByTestId('update-counter').textContent();

  const second = await context.newPage();
  await second.goto('./#/train');
  await expect(second.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await expect(second.getByTestId('resume-banner')).toHaveCount(0); // it is open elsewhere, not interrupted
  await second.goto('./#/storage');
  await second.getByTestId('restore-checkpoint').first().click();
  await second.getByRole('alertdialog').getByRole('button', { name: 'Restore' }).click();
  await expect(second.getByText(/already open/)).toBeVisible();
  await second.close();

  await page.getByTestId('step-button').click();
  await expect(page.getByTestId('update-counter')).not.toHaveText(before ?? '');
  await expect(page.getByTestId('run-status')).toContainText(/paused/i);
  await page.getByTestId('stop-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/stopped/i);
});
