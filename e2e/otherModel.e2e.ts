import { expect, test, type Page } from '@playwright/test';
import { auditLooks } from './audit.ts';

const BRIEF = 'model=parley-mini&adaptation=lora&updates=2&episodesPerUpdate=2&episodesPerScenario=2&turnLimit=4';

const open = async (page: Page, settings: string) => {
  await page.goto(`./#/train?${settings}`);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
};
const choose = async (page: Page, menu: RegExp, option: string) => {
  await page.getByTestId('who-plays').getByRole('button', { name: menu }).first().click();
  await page.getByRole('option', { name: option, exact: true }).click();
};
const megabytes = async (page: Page) =>
  Number(/([\d.]+) MB/.exec((await page.getByTestId('memory-estimate').textContent()) ?? '')?.[1]);

test('a LoRA strategist of one model, with another model as its agent: chosen, counted, trained, and resumed after a reload', async ({
  page,
}) => {
  await open(page, BRIEF);
  await expect(page.getByTestId('memory-estimate')).toContainText('MB');
  const alone = await megabytes(page);
  await choose(page, /Agent$/, 'other-model');
  // The larger model is offered first; it is counted beside the base.
  await expect(page.getByTestId('who-plays').getByRole('button', { name: /Agent’s model/ })).toContainText(
    'parley-small',
  );
  await expect.poll(() => megabytes(page)).toBeGreaterThan(alone + 3);
  await choose(page, /Agent’s model/, 'parley-mini');
  expect(page.url()).toContain('agentModel=parley-mini');
  await choose(page, /Agent’s model/, 'parley-small');
  await auditLooks(page, 'train-other-model');

  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('update-counter')).toContainText('1 / 2');
  await page.reload();
  await page.getByTestId('resume-run').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);
  await page.getByRole('link', { name: 'Inspect' }).click();
  await page.getByTestId('episode-row').first().click();
  await expect(page.getByTestId('turn-strategy').first()).toHaveText(/\w+/);
  await page.getByTestId('turn-row').first().locator('a').click();

  // Its words are played on from a turn like anybody's.
  const card = page.getByRole('region', { name: 'Fork here' });
  await card.getByRole('textbox', { name: 'Drawn from it' }).fill('0');
  await card.getByRole('textbox', { name: 'Replays of each' }).fill('2');
  await card.getByRole('textbox', { name: 'Replays of each' }).press('Tab');
  await card.getByTestId('fork-start').click();
  await expect(card.getByTestId('fork-arm')).toContainText(/\d\.\d\d \[/);
});
