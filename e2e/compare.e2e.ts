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

test('two checkpoints of one run: a link to both, and what each comes to when they play the same scenarios now', async ({
  page,
}) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await train(page, 'learningRate=0.02&updatesPerEvaluation=1&evaluationEpisodes=6');

  await page.getByRole('link', { name: 'Compare' }).first().click();
  await page.getByTestId('show-checkpoints').click();
  const options = page.getByTestId('checkpoint-option');
  await expect(options).toHaveCount(3); // newest first, and the weights before training
  for (const name of [/^update 1/, /^update 2/]) await options.filter({ hasText: name }).click();
  await expect(page).toHaveURL(/#\/compare\/[^,/@]+@[^,/@]+-1,[^,/@]+@[^,/@]+-2$/);
  const points = page.getByRole('region', { name: 'Points, trained seats' });
  await expect(points.getByRole('img')).toHaveAttribute(
    'aria-label',
    /update 1 .* at its mark, update 2 .* at its mark/,
  );
  await expect(page.getByText('None: these are moments of one run.')).toBeVisible();

  // Each played the held-out scenarios when it was saved, and plays the very same dialogues now.
  const measures = page.getByTestId('measures');
  await page.getByRole('radio', { name: 'Recorded in training' }).click();
  await expect(measures).toContainText('Held-out agreement');
  const recorded = await measures
    .getByRole('row', { name: /^Held-out agreement/ })
    .getByRole('cell')
    .allTextContents();
  await expect(page.getByText('with one record', { exact: false })).toBeVisible();
  await page.getByRole('radio', { name: 'Played now' }).click();
  await expect(page.getByRole('textbox', { name: 'Dialogues each' })).toHaveValue('6');
  await page.getByTestId('trial-start').click();
  await expect(measures).toContainText(/Δ [+−]?\d\.\d\d \[[^\]]+\], p = \d\.\d{3}/);
  const played = await measures
    .getByRole('row', { name: /^Agreement/ })
    .getByRole('cell')
    .allTextContents();
  const withoutDifference = (text: string) => text.split('Δ')[0];
  expect(played.map(withoutDifference)).toEqual(recorded.map(withoutDifference));
  expect(recorded).toHaveLength(2);

  await expect(page.getByTestId('families')).toContainText(/\d+ % → \d+ %/);
  await expect(page.getByTestId('families')).toContainText('new wordings');
  await expect(page.getByTestId('pair-item')).toHaveCount(6);
  await page.getByTestId('pair-item').filter({ hasText: 'differ from turn' }).first().click();
  await expect(page.getByTestId('divergence')).toHaveCount(1);
  await auditLooks(page, 'compare-checkpoints');

  // The weights before training are a third; only they have yet to be compared, and have played already, as “before”.
  const before = await measures.textContent();
  await options.filter({ hasText: 'before training' }).click();
  await expect(measures.getByRole('columnheader')).toHaveCount(4);
  await options.filter({ hasText: 'before training' }).click();
  await expect(measures).toHaveText(before ?? '');

  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await expect(page.getByTestId('checkpoint-option').filter({ hasText: 'first' })).toHaveCount(1);
  await page.getByTestId('trial-start').click();
  await expect(measures).toHaveText(before ?? ''); // the same weights, scenarios and numbers: the same results
  expect(complaints).toEqual([]);
});
