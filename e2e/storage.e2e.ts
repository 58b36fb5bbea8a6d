import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { auditLooks } from './audit.ts';
import { readZip } from './zip.ts';

const BRIEF = 'model=parley-mini&updates=1&episodesPerUpdate=2&episodesPerScenario=2&turnLimit=4';

test('a whole run leaves one browser and comes into another: hashes checked, damage refused, nothing half', async ({
  page,
  browser,
}, testInfo) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`./#/train?${BRIEF}`);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished/i);
  const points = await page.getByTestId('points-now').textContent();

  await page.getByRole('link', { name: 'Storage' }).click();
  const amounts = page.getByTestId('stored-amounts');
  await expect(amounts).toContainText(/1 update · 2 dialogues · 4 token traces · 1 checkpoint of [\d.]+ MB/);
  await expect(page.getByRole('meter', { name: 'Storage in use' })).toBeVisible();
  const stored = await amounts.textContent();
  await auditLooks(page, 'storage');

  const download = page.waitForEvent('download');
  await page.getByTestId('export-run').click();
  const zip = await readFile(await (await download).path());
  const files = readZip(zip);
  expect([...files.keys()]).toEqual(expect.arrayContaining(['bundle.json', 'run.json', 'episodes/0000.jsonl']));
  const [whole, damaged] = [testInfo.outputPath('run.zip'), testInfo.outputPath('damaged.zip')];
  const flipped = Buffer.from(zip);
  const inside = zip.indexOf('checkpoints/0000/0000.bin') + 5000;
  flipped[inside] = (flipped[inside] ?? 0) ^ 1;
  await writeFile(whole, zip);
  await writeFile(damaged, flipped);

  // Here it is already.
  const choose = async (target: typeof page, file: string) => {
    const chooser = target.waitForEvent('filechooser');
    await target.getByTestId('import-run').click();
    await (await chooser).setFiles(file);
  };
  await choose(page, whole);
  await expect(page.getByRole('alert')).toContainText('is here already');

  // Another browser: the damaged one leaves nothing, the whole one is the run.
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto('./#/storage');
  await expect(other.getByText('No run is saved yet')).toBeVisible();
  await choose(other, damaged);
  await expect(other.getByRole('alert')).toContainText(/checksum differs/);
  await expect(other.getByText('No run is saved yet')).toBeVisible();
  await choose(other, whole);
  await expect(other.getByTestId('stored-amounts')).toHaveText(stored ?? '');
  await other.getByRole('link', { name: 'Inspect' }).first().click();
  await other.getByTestId('episode-row').first().click();
  await expect(other.getByTestId('turn-inspector')).toContainText(/advantage/i);
  // It is set beside the weights before training, and goes on there from its checkpoint.
  await other.goto('./#/storage');
  await other.getByTestId('compare-checkpoint').first().click();
  await expect(other).toHaveURL(/#\/compare\/[^,/@]+@base,[^,/@]+@[^,/@]+$/);
  await expect(other.getByTestId('checkpoint-option')).toHaveCount(2);
  await other.goto('./#/storage');
  await expect(other.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await other.getByTestId('restore-checkpoint').first().click();
  await other.getByRole('alertdialog').getByRole('button', { name: 'Restore' }).click();
  await expect(other.getByTestId('points-now')).toContainText(points?.slice(0, 4) ?? 'no points');
  await elsewhere.close();

  // Deleting asks.
  await page.getByRole('button', { name: 'Delete the run' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete the run' }).click();
  await expect(page.getByText('No run is saved yet')).toBeVisible();
  expect(complaints).toEqual([]);
});
