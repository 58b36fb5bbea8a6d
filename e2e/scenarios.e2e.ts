import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { auditLooks, expectAccessible } from './audit.ts';

test('shipped and generated scenarios: listed without secrets, opened, goals shown on demand, played', async ({
  page,
}) => {
  await page.goto('./#/scenarios');
  await expect(page.getByTestId('scenario-row').first()).toBeVisible();
  await page.getByRole('searchbox').fill('lamp');
  await page.getByTestId('scenario-row').first().click();
  const detail = page.getByTestId('scenario-detail');
  await expect(detail).toContainText('lamp');
  await expect(detail).toContainText('private goal hidden');
  await page.getByRole('button', { name: 'A’s goal' }).click();
  await expect(detail).toContainText(/Buy the lamp/);
  await auditLooks(page, 'scenarios');

  // On a phone it opens below the list, and is brought into view.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByTestId('scenario-row').nth(1).click();
  await expect(page.getByRole('region', { name: 'Scenario', exact: true })).toBeInViewport({ ratio: 0.5 });
  await page.setViewportSize({ width: 1280, height: 900 });

  await page.getByRole('link', { name: 'Social dialogue' }).click();
  await page.getByRole('radio', { name: 'Test' }).click();
  await page.getByTestId('scenario-row').nth(2).click();
  await expect(page).toHaveURL(/scenarios\/social\/test-2/);
  const table = (await detail.locator('p').first().textContent()) ?? '';
  await page.getByTestId('scenario-play').click();
  await expect(page.getByTestId('talk-table')).toContainText(table);
});

test('a pack is written: checked as it is typed, its rule tried and stopped, saved, played, exported, imported, deleted', async ({
  page,
}) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto('./#/scenarios');
  await page.getByTestId('pack-new').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('my first');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page).toHaveURL(/pack\.my-first/);
  await page.getByTestId('scenario-row').first().click();

  // A field that is wrong says so, and keeps the pack from being saved.
  await page.getByTestId('scenario-title').fill('');
  await expect(page.getByTestId('pack-complaints')).toContainText('scenarios[0].title');
  await expect(page.getByTestId('pack-save')).toBeDisabled();
  await page.getByTestId('scenario-title').fill('The desk');

  // A rule of the author's own, tried in its thread; one that never ends is stopped.
  await page.getByRole('radio', { name: 'Own rule' }).click();
  await page.getByTestId('rule-try').click();
  await expect(page.getByTestId('rule-points').locator('tbody tr')).toHaveCount(5);
  await auditLooks(page, 'scenario-editor');
  await page.getByTestId('rule-source').fill('() => { for (;;); }');
  await page.getByTestId('rule-try').click();
  await expect(page.getByRole('alert')).toContainText('took too long');
  await page.getByTestId('rule-source').fill('() => [fetch("https://example.com"), 1]');
  await page.getByTestId('rule-try').click();
  await expect(page.getByRole('alert')).toContainText('fetch is not');
  await page.getByTestId('rule-source').fill('(dialogue) => [7, dialogue.turns.length > 1 ? 3 : 0]');
  await page.getByTestId('pack-save').click();
  await expect(page.getByText('not saved')).toHaveCount(0);

  await page.getByTestId('pack-play').click();
  await page.getByTestId('play-begin').click();
  await expect(page.getByTestId('talk-table')).toContainText('desk by the window');

  // Out as a file, in again under its own name, after it was deleted.
  await page.goto('./#/scenarios/pack.my-first');
  const download = page.waitForEvent('download');
  await page.getByTestId('pack-export').click();
  const path = await (await download).path();
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ name: 'my-first', format: 'parley-scenarios' });
  await page.getByTestId('pack-delete').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete the pack' }).click();
  await expect(page.getByRole('link', { name: 'my-first' })).toHaveCount(0);
  const chooser = page.waitForEvent('filechooser');
  await page.getByTestId('pack-import').click();
  await (await chooser).setFiles(path);
  await expect(page.getByRole('link', { name: 'my-first' })).toHaveCount(1);
  await expect(page.getByTestId('scenario-row').first()).toContainText('The desk');
  await expectAccessible(page, 'an imported pack');
  expect(complaints).toEqual([]);
});

test('a run is trained on a pack: its author’s rule gives the points', async ({ page }) => {
  await page.goto('./#/scenarios');
  await page.getByTestId('pack-new').click();
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByTestId('scenario-row').first().click();
  await page.getByRole('radio', { name: 'Own rule' }).click();
  await page.getByTestId('rule-source').fill('() => [7, 3]');
  await page.getByTestId('pack-save').click();
  await expect(page.getByTestId('pack-save')).toBeDisabled();
  await page.getByTestId('pack-train').click();
  await expect(page.getByTestId('who-plays')).toContainText('my-pack');
  await page.evaluate(() => {
    location.hash = '#/train?environment=sotopia&updates=1&episodesPerUpdate=2&episodesPerScenario=2&turnLimit=2';
  });
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);
  await page.getByRole('link', { name: 'Inspect' }).click();
  await expect(page.getByTestId('episode-row').first()).toContainText(/7\s*3/);
  await expect(page.getByTestId('episode-row').first()).toHaveAttribute('title', /desk by the window/);
});
