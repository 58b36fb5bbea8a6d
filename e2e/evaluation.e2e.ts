import { expect, test, type Page } from '@playwright/test';

const open = async (page: Page, settings: string) => {
  await page.goto(`./#/train?${settings}`);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
};

test('a composition that cannot learn is refused beside its preset, and leaves no run behind', async ({ page }) => {
  await open(page, 'preset=grpo&episodesPerScenario=1');
  await expect(page.getByTestId('preset-refusal')).toContainText('Episodes per scenario');
  await expect(page.getByTestId('train-button')).toBeDisabled();
  await page.goto('./#/storage');
  await expect(page.getByText('No run is saved yet')).toBeVisible();
});

test('a run is evaluated on held-out scenarios: curve, best checkpoint, and every number of an update', async ({
  page,
}) => {
  const knobs = 'model=parley-mini&updates=2&episodesPerUpdate=4&updatesPerEvaluation=1&evaluationEpisodes=4';
  await open(page, knobs);
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished/i);
  const heldOut = page.getByRole('region', { name: 'Held-out points' });
  await expect(heldOut).toContainText(/\d\.\d\d \[\d\.\d\d, \d\.\d\d\]/);
  await expect(heldOut).toContainText(/best after update [12]/);

  const more = page.getByRole('region', { name: 'More curves' });
  await more.getByRole('button').click();
  await page.getByRole('option', { name: 'turn/advantage' }).click();
  await expect(more.getByRole('img')).toHaveAttribute('aria-label', /^turn\/advantage: turn 0 .*, turn 1 /);

  await page.getByRole('link', { name: 'Storage' }).click();
  await expect(page.getByTestId('checkpoint-row')).toHaveCount(2);
  await expect(page.getByTestId('best-checkpoint')).toHaveCount(1);
  await expect(page.getByTestId('best-checkpoint')).toContainText(/best: \d\.\d\d on held-out scenarios/);
});
