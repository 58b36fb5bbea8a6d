import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { ENVIRONMENT_NAMES } from '../src/record/environmentName.ts';

const BRIEF = 'model=parley-mini&updates=1&episodesPerUpdate=2&episodesPerScenario=2&turnLimit=2';

test('a run in another environment: its scenario, goals and yardsticks while it plays, its actions when it is inspected', async ({
  page,
}) => {
  await page.goto(`./#/train?${BRIEF}&environment=price-bargaining`);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await expect(page.getByText('Teach a small model: Price bargaining')).toBeVisible();
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);
  const scenario = page.locator('.scenario').first();
  await expect(scenario).toContainText(/For sale: a \w+, list price \d+/);
  await expect(scenario).toContainText('buyer');
  await expect(scenario).toContainText(/pays at most \d+/);
  await expect(scenario).toContainText(/takes at least \d+/);
  await expect(page.getByRole('img', { name: /Nash price/ }).first()).toBeVisible();

  await page.getByRole('link', { name: 'Inspect' }).click();
  await page.getByTestId('episode-row').first().click();
  await expect(page.locator('.scenario')).toContainText('For sale');
  await page.getByTestId('turn-row').first().locator('a').click();
  await expect(page.getByTestId('turn-inspector')).toContainText('Understood as');
});

test('a calibration is measured exactly: its exploitability stands beside the curves', async ({ page }) => {
  await page.goto(`./#/train?${BRIEF}&environment=kuhn-poker&agent=script`);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);
  await expect(page.getByRole('heading', { name: 'exploitability' })).toBeVisible();
});

test('in a shop the model plays alone: a step, advised by the person, and the page that answers it', async ({
  page,
}) => {
  await page.goto('./#/talk?model=parley-mini&environment=shop&seed=2&strategy=search+for+the+wanted+words');
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await expect(page.getByTestId('talk-table')).toContainText(/at most \d+/); // the task of the model
  await page.getByTestId('talk-open').click();
  await expect(page.getByTestId('answer-advised').first()).toContainText(/\d+ tokens?/);
  await expect(page.getByTestId('talk-world')).toHaveCount(1);
  await expect(page.getByTestId('talk-open')).toHaveText('Next step');
});

test('every environment can be chosen, and says what it is', async ({ page }) => {
  for (const environment of ENVIRONMENT_NAMES) {
    await page.goto(`./#/talk?model=parley-mini&environment=${environment}`);
    await page.reload();
    await expect(page.getByTestId('talk-table')).toContainText(/Turns left/);
    await expect(page.locator('.talk-intro')).toContainText(/\S: (play with|advise) the model/);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, environment).toBeLessThanOrEqual(0);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${environment}: ${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);
  }
});
