import { expect, test, type Page } from '@playwright/test';
import { auditLooks } from './audit.ts';

const KNOBS =
  'model=parley-mini&updates=2&episodesPerUpdate=4&episodesPerScenario=2&updatesPerEvaluation=2&evaluationEpisodes=4';

const train = async (page: Page, more: string) => {
  await page.goto(`./#/train?${KNOBS}&${more}`);
  await page.reload(); // another run has the same page, with its settings
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished/i);
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
  await page.getByRole('slider', { name: 'Update', exact: true }).press('Home');
  await expect(page.getByTestId('pair-item')).toHaveCount(4);
  await expect(page.getByTestId('pair-item').first()).toContainText('word for word the same');
  await expect(page.getByTestId('divergence')).toHaveCount(0);
  // The second follows what each has learned.
  await page.getByRole('slider', { name: 'Update', exact: true }).press('End');
  const parted = page.getByTestId('pair-item').filter({ hasText: 'differ from turn' }).first();
  await parted.click();
  await expect(page.getByTestId('divergence')).toHaveCount(1);

  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByTestId('config-diff')).toContainText('Learning rate');
  await auditLooks(page, 'compare');
  expect(complaints).toEqual([]);
});
