import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

/** A whole recipe in seconds: one training of one update, a few dialogues per cell. */
const SMALL = 'models=parley-mini&seeds=1&episodes=4&updates=2&episodesPerUpdate=4&.rounds=2&.turnLimit=4';

const open = async (page: Page, path: string) => {
  await page.goto(path);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
};

const expectGood = async (page: Page, where: string) => {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, `${where} scrolls sideways`).toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${where}: ${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);
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

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await expectGood(page, `${width} px, ${colorScheme}`);
      await page.screenshot({ path: `test-results/looks/experiments-${colorScheme}-${width}.png`, fullPage: true });
    }
  }
  expect(complaints).toEqual([]);
});

test('every recipe is listed with what it asks; sizes are in the link, and nonsense is refused', async ({ page }) => {
  await open(page, './#/experiments');
  await expectGood(page, 'the list');
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
