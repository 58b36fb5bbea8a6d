import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { auditLooks, expectAccessible } from './audit.ts';

const KNOBS = 'model=parley-mini&episodesPerUpdate=4&episodesPerScenario=2';

const open = async (page: Page, more: string) => {
  page.setDefaultTimeout(60_000);
  await page.goto(`./#/train?${KNOBS}&${more}`);
  await page.reload(); // another run has the same page, with its settings
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
};
const train = async (page: Page) => {
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished/i);
};
/** @param option its name, or its place in the list */
const choose = async (page: Page, label: string, option: RegExp | number) => {
  await page.getByRole('button', { name: new RegExp(label) }).click();
  const options = page.getByRole('option');
  await (typeof option === 'number' ? options.nth(option) : options.filter({ hasText: option }).first()).click();
};
test('a run learns from the best dialogues of another one, and plays after that; a third begins with its weights', async ({
  page,
}) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await open(page, 'updates=2');
  await train(page);

  // What was played becomes what is learned from; the counts stand there before anything starts.
  await open(page, 'updates=1&seed=2');
  const lesson = page.getByTestId('learn-from');
  await choose(page, 'Learn from', /dialogues of a run/);
  await expect(page.getByTestId('train-button')).toBeDisabled();
  await choose(page, 'Run whose dialogues', /deal-or-no-deal, 2 updates/);
  const counts = page.getByTestId('lesson-counts');
  await expect(counts).toContainText(/Dialogues\s*\d of 8/);
  await lesson.getByRole('textbox', { name: 'Earned at least' }).fill('11');
  await expect(lesson).toContainText('Enter a number: 0–10.');
  await expect(page.getByTestId('train-button')).toBeDisabled();
  await lesson.getByRole('textbox', { name: 'Earned at least' }).fill('0');
  await lesson.getByRole('textbox', { name: 'Best of them' }).fill('50');
  await expect(counts).toContainText(/Sides\s*8 of 16/);
  await expect(counts).toContainText(/others earned more\s*8 sides/);
  await lesson.getByRole('textbox', { name: 'Epochs' }).fill('1');
  await choose(page, 'Then the run', /plays/);
  await expect(page.getByTestId('lesson-length')).toContainText(/\d updates? learn from them, and 1 play after that/);
  await lesson.scrollIntoViewIfNeeded();
  await auditLooks(page, 'train-lesson');

  await train(page);
  await expect(page.getByTestId('points-now')).toHaveText(/\d\.\d\d/); // the last update has played
  await page.locator('.curve-picker').getByRole('button').click();
  await page.getByRole('option', { name: 'offline/log_prob' }).click();
  await expect(page.getByRole('img', { name: /offline\/log_prob/ })).toBeVisible();
  await page.getByRole('link', { name: 'Inspect' }).first().click();
  await page.getByTestId('episode-row').first().click();
  await expect(page.getByTestId('turn-reward').first()).toContainText(/\d\.\d\d/);

  // The weights of that run are where the next one begins.
  await open(page, 'updates=1&seed=3');
  await choose(page, 'Weights that the run starts from', /update 2/);
  await train(page);
  await page.getByRole('link', { name: 'Storage' }).first().click();
  await expect(page.getByText(/start: .*, update 2/)).toBeVisible();
  expect(complaints).toEqual([]);
});

test('turns that a person has rated are rewards', async ({ page }) => {
  await open(page, 'updates=1');
  await train(page);
  await page.getByRole('link', { name: 'Inspect' }).first().click();
  await page.getByTestId('episode-row').first().click();
  for (const [at, label] of ['Good: turn 1', 'Bad: turn 2'].entries()) {
    await page.getByTestId('turn-row').nth(at).locator('a').click();
    const thumb = page.getByRole('button', { name: label, exact: true });
    await thumb.click();
    await expect(thumb).toHaveAttribute('aria-pressed', 'true');
  }
  await page.getByRole('link', { name: 'Train' }).first().click();
  await choose(page, 'Learn from', /rated turns/);
  await choose(page, 'Run whose dialogues', /deal-or-no-deal, 1 updates/);
  const lesson = page.getByTestId('learn-from');
  await lesson.getByRole('textbox', { name: 'Earned at least' }).fill('0');
  await lesson.getByRole('textbox', { name: 'Weight of ratings' }).fill('1');
  await expect(page.getByTestId('lesson-counts')).toContainText(/Dialogues\s*1 of 4/);
  await expect(page.getByTestId('lesson-counts')).toContainText('2 rated');
  await expect(page.getByTestId('lesson-counts')).toContainText(/no turn is rated\s*6 sides/);
  await expectAccessible(page, 'rated turns');
  await train(page);
  await expect(page.getByTestId('update-counter')).toContainText('3 / 3');
});

test('a file with a fault is refused with its place, a good one is learned from with Equation 5', async ({ page }) => {
  await open(page, 'updates=1');
  await choose(page, 'Learn from', /a file/);
  const lesson = page.getByTestId('learn-from');
  const give = async (name: string, json: unknown) => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByTestId('lesson-file').click();
    await (await chooser).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(json)) });
  };
  const human = { from: 'human', value: 'You own a hat. Considering your goal, the first strategy is:' };
  await give('faulty.json', [{ conversations: [human, { from: 'gpt', value: 'keep the hat', score: 'high' }] }]);
  await expect(lesson.getByRole('alert')).toContainText('Dialogue 1, conversations[1].score');
  await expectAccessible(page, 'a refused file');

  const good = [0.5, 1].map((score) => ({
    conversations: [human, { from: 'gpt', value: 'keep the hat', score: String(score) }],
  }));
  await give('good.json', good);
  await choose(page, 'Recipe', /Equation 5/);
  await lesson.getByRole('textbox', { name: 'Earned at least' }).fill('0');
  await expect(page.getByTestId('lesson-counts')).toContainText(/Dialogues\s*2 of 2/);
  await expect(page.getByTestId('lesson-length')).toContainText('3 updates learn from them');
  await train(page);
  await expect(page.getByTestId('update-counter')).toContainText('3 / 3');
  await page.getByRole('link', { name: 'Storage' }).first().click();
  const download = page.waitForEvent('download');
  await page.getByTestId('export-episodes').first().click();
  const [line = ''] = (await readFile(await (await download).path(), 'utf8')).split('\n');
  expect(JSON.parse(line)).toMatchObject({ source: 'demonstration', unscored: [0, 1] });
});
