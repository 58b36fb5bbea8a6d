import { expect, test, type Page } from '@playwright/test';
import { auditLooks, expectAccessible } from './audit.ts';

test.describe.configure({ mode: 'serial' });

/** One run for all of these: two updates, so that there are weights before and after. */
let page: Page;
const complaints: string[] = [];
test.beforeAll(async ({ browser }) => {
  page = await (await browser.newContext()).newPage(); // axe needs a context of its own
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto('./#/train?model=parley-mini&updates=2&episodesPerUpdate=4&episodesPerScenario=2&seed=2');
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished/i);
});
test.afterAll(() => page.context().close());

test('a turn’s tokens by every measure, what else could have been said, the exact context; a link brings all of it back', async () => {
  await page.getByRole('link', { name: 'Inspect' }).first().click();
  await page.getByTestId('episode-row').first().click();
  await page.getByTestId('turn-row').first().locator('a').click();
  const strip = page.getByTestId('token-strip');
  for (const view of ['advantage', 'ratio', 'entropy', 'KL']) {
    await page.getByRole('radio', { name: view, exact: true }).click();
    await expect(page.getByRole('radio', { name: view, exact: true })).toBeChecked();
  }
  await expect(page).toHaveURL(/\?tab=klToBase$/);
  await page.keyboard.press('j');
  await expect(page).toHaveURL(/\/1\?tab=klToBase$/);
  await page.keyboard.press('k');
  const link = page.url();

  await page.getByTestId('ask-alternatives').click();
  const alternatives = page.getByTestId('alternatives');
  await expect(alternatives).toContainText('By the weights that sampled it.');
  await expect(alternatives.getByRole('row')).toHaveCount(9); // the head, and the eight likeliest
  await strip.getByRole('radio').first().click();
  // The probability of the token that was drawn is the recorded one: these are the weights that drew it.
  const drawn = await alternatives
    .getByRole('row')
    .filter({ hasText: 'drawn' })
    .getByRole('cell')
    .first()
    .textContent();
  const recorded = await page.getByTestId('token-table').getByRole('row').nth(1).getByRole('cell').nth(1).textContent();
  expect(Math.abs(Number.parseInt(drawn ?? '') / 100 - Number(recorded))).toBeLessThan(0.011);
  await strip.getByRole('radio').last().click();
  await expect(alternatives.locator('caption')).toContainText('In the place of');

  const context = page.getByTestId('exact-context');
  await expect(context).toContainText(/[a-z]/);
  await page.getByRole('radiogroup', { name: 'Context as' }).getByRole('radio', { name: 'ids' }).click();
  await expect(context).toHaveText(/^[\d\s]+$/);
  await auditLooks(page, 'inspect');

  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByRole('radio', { name: 'KL', exact: true })).toBeChecked();
  await expect(page.getByTestId('token-strip')).toContainText(/\w/);
});

test('the filter narrows the list; private words can be hidden seat by seat', async () => {
  const rows = page.getByTestId('episode-row');
  await expect(rows).toHaveCount(8);
  await page.getByRole('searchbox').fill('zzzz');
  await expect(page.getByText('No episode passes the filter.')).toBeVisible();
  await page.getByRole('searchbox').fill('');
  await expect(rows).toHaveCount(8);

  await expect(page.getByTestId('turn-strategy').first()).toBeVisible();
  const hidden = page.getByText('private goal hidden');
  await page.getByRole('button', { name: 'Goals of seat A' }).click();
  await expect(hidden).toHaveCount(1);
  await page.getByRole('button', { name: 'Strategies of seat A' }).click();
  await expect(page.locator('.turn.seat-0').getByTestId('turn-strategy')).toHaveCount(0);
  await expect(page.locator('.turn.seat-1').getByTestId('turn-strategy').first()).toBeVisible();
  await page.getByRole('button', { name: 'Goals of seat A' }).click();
  await page.getByRole('button', { name: 'Strategies of seat A' }).click();
  await expectAccessible(page, 'inspect, filtered');
});

test('a turn is forked: its own strategy against others, cancelled and played again; keys lead through the dialogues', async () => {
  await page.getByTestId('episode-row').first().click();
  const first = page.url();
  await page.keyboard.press(']');
  await expect(page).not.toHaveURL(first);
  await page.keyboard.press('[');
  await expect(page).toHaveURL(first);

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
  await card.getByTestId('fork-strategies').fill('word '.repeat(60));
  await card.getByTestId('fork-start').click();
  await expect(card.getByRole('alert')).toContainText('too long');
  await card.getByTestId('fork-strategies').fill('demand everything');
  await card.getByTestId('fork-start').click();
  await expect(card.getByTestId('fork-arm').filter({ hasText: 'as it was' })).toContainText(/\d\.\d\d \[/);
  await expect(card.getByTestId('fork-arm').filter({ hasText: 'your own' })).toContainText(/Δ [+−]?\d\.\d\d/);
  await expect(card.getByTestId('fork-start')).toBeEnabled();
  await expect(card.getByTestId('fork-verdict')).toContainText('Whatever it would have drawn');
  await card.getByText(/^Read/).first().click();
  await card.scrollIntoViewIfNeeded();
  await auditLooks(page, 'fork');
  expect(complaints).toEqual([]);
});
