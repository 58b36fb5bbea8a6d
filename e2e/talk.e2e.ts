import { expect, test, type Page } from '@playwright/test';
import { auditLooks } from './audit.ts';

const open = async (page: Page, settings = '') => {
  await page.goto(`./#/talk?model=parley-mini${settings}`);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
};

const say = async (page: Page, words: string) => {
  await page.getByTestId('talk-input').fill(words);
  await page.getByTestId('talk-input').press('Enter');
};

/** The two answers to the person's nth words, once both are complete. */
const answers = async (page: Page, nth: number) => {
  const pair = page.getByTestId('talk-answers').nth(nth);
  const words = async (kind: 'plain' | 'advised') => {
    const answer = pair.getByTestId(`answer-${kind}`);
    await expect(answer).toContainText(/\d+ tokens?/);
    await expect(answer.locator('.talk-tag')).toHaveText(/\w/); // the game has read it
    return (await answer.getByTestId('answer-words').textContent()) ?? '';
  };
  return { plain: await words('plain'), advised: await words('advised') };
};

test('two turns with the model, answered with and without a strategy; the same words get the same answers', async ({
  page,
}) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await open(page, '&seed=3');

  // While it is typed, the game says how it reads the words.
  await page.getByTestId('talk-input').fill('I take 40 hats.');
  await expect(page.getByTestId('talk-preview')).toContainText('not understood');
  await say(page, 'What do you care about?');
  const first = await answers(page, 0);
  const pair = page.getByTestId('talk-answers').first();
  await expect(pair.getByTestId('answer-advised').getByTestId('answer-strategy')).toHaveText(/\w+/);
  await expect(pair.getByTestId('answer-plain').getByTestId('answer-strategy')).toHaveCount(0);
  await expect(pair.getByRole('radio', { name: 'With a strategy' })).toBeChecked();

  // The other answer goes on, and the second turn is advised by the person.
  await pair.getByTestId('answer-plain').getByText('Without a strategy').click();
  await expect(pair.getByRole('radio', { name: 'Without a strategy' })).toBeChecked();
  await page.getByTestId('talk-strategy').fill('reject their offer');
  await page.keyboard.press('Escape');
  await say(page, "I'll take everything.");
  await answers(page, 1);
  const second = page.getByTestId('talk-answers').nth(1).getByTestId('answer-advised');
  await expect(second.getByTestId('answer-strategy')).toContainText('reject their offer');
  await expect(second).toContainText(/strategy (not )?followed/);
  await expect(page.getByTestId('talk-table')).toContainText('everything (worth 10)');
  await expect(pair.getByRole('radio').first()).toBeDisabled(); // what went on cannot be changed any more
  await auditLooks(page, 'talk');

  await page.getByTestId('talk-again').click();
  await expect(page.getByTestId('talk-answers')).toHaveCount(0);
  await page.getByTestId('talk-strategy').fill('');
  await page.keyboard.press('Escape');
  await say(page, 'What do you care about?');
  expect(await answers(page, 0)).toEqual(first);
  expect(complaints).toEqual([]);
});

test('from seat B the model opens; a deal ends the talk with the points of both; a link brings it all back', async ({
  page,
}) => {
  await open(page, '&seed=5&seat=B&strategy=demand+everything');
  await expect(page.getByTestId('talk-strategy')).toHaveValue('demand everything');
  await page.getByTestId('talk-open').click();
  await answers(page, 0);
  await expect(page.getByTestId('talk-table')).toContainText(/Offered to you\s*nothing \(worth 0\)/);
  await say(page, 'Deal.');
  await expect(page.getByTestId('talk-ending')).toContainText('you 0 · the model 10 points');
  await page.getByTestId('talk-ending').getByRole('button', { name: 'New scenario' }).click();
  await expect(page).toHaveURL(/seed=6/);
  await expect(page.getByTestId('talk-open')).toBeVisible();
  await auditLooks(page, 'empty-talk');
});

test('while a run trains the model does not answer, and says why', async ({ page }) => {
  await page.goto('./#/train?model=parley-mini&updates=3');
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('turn-row').first()).toContainText(/\w+/);
  await page.getByRole('link', { name: 'Play', exact: true }).click();
  await page.getByRole('link', { name: 'Two answers' }).click();
  await say(page, 'What do you care about?');
  const failure = page.getByRole('alert');
  await expect(failure).toContainText('A run is open in this tab');
  await page.getByTestId('stop-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/stopped/i);
  await failure.getByRole('button', { name: 'Ask again' }).click();
  await answers(page, 0);
});
