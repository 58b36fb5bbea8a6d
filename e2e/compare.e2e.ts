import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

const KNOBS =
  'model=parley-mini&updates=2&episodesPerUpdate=4&episodesPerScenario=2&updatesPerEvaluation=2&evaluationEpisodes=4';

const train = async (page: Page, more: string) => {
  await page.goto(`./#/train?${KNOBS}&${more}`);
  await page.reload(); // another run has the same page, with its settings
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished/i);
};

const expectGood = async (page: Page, where: string) => {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, `${where} scrolls sideways`).toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${where}: ${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);
};

const shoot = async (page: Page, name: string) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await expectGood(page, `${name}, ${width} px, ${colorScheme}`);
      await page.screenshot({ path: `test-results/looks/${name}-${colorScheme}-${width}.png` });
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
};

test('two runs of one seed: curves, what differs, what they came to, and where the same dialogue parts', async ({
  page,
}) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await train(page, 'learningRate=0.001');
  await train(page, 'learningRate=0.02');

  await page.getByRole('link', { name: 'Compare' }).first().click();
  const options = page.getByTestId('run-option');
  await expect(options).toHaveCount(2);
  for (const at of [1, 0]) await options.nth(at).click();
  await expect(page).toHaveURL(/#\/compare\/[^,/]+,[^,/]+$/);

  await expect(page.getByTestId('config-diff')).toContainText(/Learning rate\s*0\.001\s*0\.02/);
  await expect(page.getByTestId('config-diff').getByRole('row')).toHaveCount(2); // the head, and the one difference
  await expect(page.getByTestId('measures')).toContainText(/Held-out points.*\d\.\d\d\s*\[-?\d+\.\d\d, \d+\.\d\d\]/);
  await expect(page.getByTestId('measures')).toContainText(/Δ [+−]?\d\.\d\d \[/);
  await expect(page.getByTestId('families')).toContainText(/\d+ % → \d+ %/);
  const points = page.getByRole('region', { name: 'Points, trained seats' });
  await expect(points.getByRole('img')).toHaveAttribute('aria-label', /at its end, .* at its end/);

  // The first update was played by the same weights with the same numbers: word for word the same.
  await page.getByRole('slider', { name: 'Update' }).press('Home');
  await expect(page.getByTestId('pair-item')).toHaveCount(4);
  await expect(page.getByTestId('pair-item').first()).toContainText('word for word the same');
  await expect(page.getByTestId('divergence')).toHaveCount(0);
  // The second follows what each has learned.
  await page.getByRole('slider', { name: 'Update' }).press('End');
  const parted = page.getByTestId('pair-item').filter({ hasText: 'differ from turn' }).first();
  await parted.click();
  await expect(page.getByTestId('divergence')).toHaveCount(1);

  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByTestId('config-diff')).toContainText('Learning rate');
  await shoot(page, 'compare');
  expect(complaints).toEqual([]);
});

test('a turn is forked: its own strategy against others, cancelled and played again; keys lead through the dialogues', async ({
  page,
}) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await train(page, 'seed=2');
  await page.getByRole('link', { name: 'Inspect' }).first().click();
  await page.getByTestId('episode-row').first().click();
  const first = page.url();
  await page.keyboard.press(']');
  await expect(page).not.toHaveURL(first);
  await page.keyboard.press('[');
  await expect(page).toHaveURL(first);
  await page.getByRole('radio', { name: 'ratio' }).click();

  const card = page.getByRole('region', { name: 'Fork here' });
  await card.getByTestId('fork-strategies').fill('demand everything');
  await card.getByRole('textbox', { name: 'Replays of each' }).fill('200');
  await card.getByRole('textbox', { name: 'Replays of each' }).press('Tab');
  await card.getByTestId('fork-start').click();
  await expect(card.getByRole('progressbar')).toBeVisible();
  await card.getByTestId('fork-cancel').click();
  await expect(card).toContainText('Cancelled');

  await card.getByRole('textbox', { name: 'Replays of each' }).fill('6');
  await card.getByRole('textbox', { name: 'Replays of each' }).press('Tab');
  await card.getByTestId('fork-start').click();
  await expect(card.getByTestId('fork-arm').filter({ hasText: 'as it was' })).toContainText(/\d\.\d\d \[/);
  await expect(card.getByTestId('fork-arm').filter({ hasText: 'your own' })).toContainText(/Δ [+−]?\d\.\d\d/);
  await expect(card.getByTestId('fork-start')).toBeEnabled();
  await expect(card.getByTestId('fork-verdict')).toContainText('Whatever it would have drawn');
  await card.getByText(/^Read/).first().click();

  await card.getByTestId('fork-strategies').fill('word '.repeat(60));
  await card.getByTestId('fork-start').click();
  await expect(card.getByRole('alert')).toContainText('too long');
  await card.getByTestId('fork-strategies').fill('demand everything');
  await card.getByTestId('fork-start').click();
  await expect(card.getByTestId('fork-start')).toBeEnabled();
  await expect(card.getByTestId('fork-verdict')).toBeVisible();
  await card.scrollIntoViewIfNeeded();
  await shoot(page, 'fork');

  // What happened in the run stands on its curves.
  await page.goto('./#/train');
  await page.getByRole('link', { name: 'Train' }).first().click();
  await shoot(page, 'train');
  expect(complaints).toEqual([]);
});
