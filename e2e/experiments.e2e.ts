import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { auditLooks, expectAccessible } from './audit.ts';

/** A whole recipe in seconds: one training of one update, a few dialogues per cell. */
const SMALL = 'models=parley-mini&seeds=1&episodes=4&updates=2&episodesPerUpdate=4&.rounds=2&.turnLimit=4';

const open = async (page: Page, path: string) => {
  await page.goto(path);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
};

test('a recipe from a link: trains, plays, pauses, survives a reload, and its report goes out and comes back in', async ({
  page,
}) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await open(page, `./#/experiments/self-play-scaling?${SMALL}`);
  const status = page.getByTestId('experiment-status');
  await expect(page.getByRole('textbox', { name: 'Updates per training' })).toHaveValue('2');
  await expect(status).toContainText('12 parts to do');

  // Paused as soon as something is done; what is done stays.
  await page.getByTestId('experiment-start').click();
  await expect(status).toContainText(/Part ([2-9]|1\d) of 12/);
  await page.getByTestId('experiment-pause').click();
  await expect(status).toHaveAttribute('data-phase', 'paused');
  await expect(status).toContainText(/^Paused after [1-9]/);
  await page.reload();
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await expect(status).toContainText(/\b(\d|1[01]) parts? to do/);

  await page.getByTestId('experiment-start').click();
  await expect(status).toHaveAttribute('data-phase', 'finished', { timeout: 180_000 });
  await expect(status).toContainText('Finished.');
  await expect(page.getByTestId('experiment-start')).toBeDisabled();
  await auditLooks(page, 'experiments');
  const report = page.getByTestId('report');
  await expect(report.getByRole('region', { name: 'Every point' }).getByRole('row')).toHaveCount(1 + 12);
  await expect(report.getByRole('img').first()).toHaveAttribute('aria-label', /self-play, test ends at \d/);

  const download = async (name: string) => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name, exact: true }).click(),
    ]);
    return readFile(await file.path(), 'utf8');
  };
  expect(await download('HTML')).toMatch(/^<!doctype html>[^]*<svg[^]*Exact order/);
  expect(await download('Markdown')).toContain('| recipe | self-play-scaling |');
  const json = await download('Results (JSON)');
  expect(JSON.parse(json)).toMatchObject({ formatVersion: 1, isComplete: true });

  await page.setInputFiles('input[type=file]', {
    name: 'mine.json',
    mimeType: 'application/json',
    buffer: Buffer.from(json),
  });
  const imported = page.getByRole('region', { name: 'Results file: mine.json' });
  await expect(imported.getByRole('region', { name: 'Every point' })).toBeVisible();
  await imported.getByRole('button', { name: 'Close' }).click();
  await page.setInputFiles('input[type=file]', {
    name: 'bad.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{"a":1}'),
  });
  await expect(page.getByRole('alert')).toContainText('no results file');
  await expectAccessible(page, 'a refused file');

  expect(complaints).toEqual([]);
});

test('rounds that learn offline, against the pool too: what was played survives a reload, and every partner has its row', async ({
  page,
}) => {
  const sizes = 'models=parley-mini&seeds=1&episodes=4&updates=1&episodesPerUpdate=4&.turnLimit=4&.iterations=1';
  const link = `./#/experiments/iterations?${sizes}&.episodesPerScenario=1&.learn=offline&.epochs=2&.selfPlayShare=0.5`;
  await open(page, `${link}&.partners=nobody`);
  await expect(page.getByRole('alert')).toContainText('not nobody');
  await page.getByRole('textbox', { name: /^Rules in the pool/ }).fill('tough soft');
  const status = page.getByTestId('experiment-status');
  await expect(status).toContainText('7 parts to do'); // a training; round and base against base and two rules
  await page.getByTestId('experiment-start').click();
  await expect(status).toContainText(/Part 2 of 7/, { timeout: 120_000 });
  await page.reload();
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await expect(status).toContainText(/\b[1-6] parts? to do/);
  await page.getByTestId('experiment-start').click();
  await expect(status).toHaveAttribute('data-phase', 'finished', { timeout: 180_000 });

  const report = page.getByTestId('report');
  const partners = report.getByRole('region', { name: 'Every round against each of its pool' });
  await expect(partners.getByRole('row')).toHaveCount(1 + 3);
  await expect(partners.getByRole('row', { name: /script: tough/ })).toContainText('17 %');
  await expect(partners.getByRole('columnheader', { name: 'margin' })).toBeVisible();
  await expect(report).toContainText('then Equation 5 learns from them alone, each 2 times');
  const change = report.getByRole('region', { name: 'Before and after, against the frozen base' });
  await expect(change.getByRole('row', { name: /^margin/ })).toContainText(/-?\d\.\d\d \[/);
  await auditLooks(page, 'experiments-iterations');
});

test('every recipe is listed with what it asks; sizes are in the link, and nonsense is refused', async ({ page }) => {
  await open(page, './#/experiments');
  await auditLooks(page, 'experiments-list');
  const links = page.getByTestId('recipe-link');
  await expect(links).toHaveCount(10);
  await links.filter({ hasText: 'shoot-out' }).click();
  await expect(page.getByTestId('experiment-status')).toContainText(/parts to do, about .* (hours|minutes)/);
  await page.getByTestId('quick-sizes').click();
  await expect(page).toHaveURL(/#\/experiments\/shoot-out\?.*updates=2/);
  await page.getByRole('textbox', { name: 'Training seeds' }).fill('one');
  await expect(page.getByRole('alert')).toContainText('seeds');
  await expect(page.getByTestId('experiment-start')).toBeDisabled();
});
