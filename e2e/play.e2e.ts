import { expect, test, type Page } from '@playwright/test';
import { auditLooks, expectAccessible } from './audit.ts';
import { startChatServer } from './chatServer.ts';

const open = async (page: Page, settings: string) => {
  await page.goto(`./#/play?${settings}`);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
};
const say = async (page: Page, words: string) => {
  await page.getByTestId('talk-input').fill(words);
  await page.getByTestId('talk-input').press('Enter');
};
/** Picks one of the options of a list that opens. */
const pick = async (page: Page, list: string, option: RegExp) => {
  await page.getByRole('button', { name: new RegExp(`${list}`) }).click();
  await page.getByRole('option', { name: option }).first().click();
};

test('a run is trained; its checkpoint whispers to a person, who plays, rates, keeps the play and finds it again', async ({
  page,
}) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto('./#/train?model=parley-mini&updates=1&episodesPerUpdate=4&turnLimit=4');
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);

  await page.getByRole('link', { name: 'Play', exact: true }).click();
  await pick(page, 'Your adviser', /update 1/);
  await pick(page, 'Your partner', /by rule: always-accept/);
  await page.getByTestId('play-begin').click();
  await expect(page.getByTestId('play-whisper')).toContainText(/whispers\s*\w+/);
  await expect(page.getByTestId('talk-preview')).toContainText('How the game reads');
  await auditLooks(page, 'play');

  await say(page, "I'll take everything.");
  await expect(page.getByTestId('play-partner')).toContainText(/\w+/);
  await expect(page.getByTestId('play-ending')).toContainText('you 10 · your partner 0 points');
  await page.getByRole('button', { name: 'Good: turn 1' }).click();
  await page.getByRole('button', { name: 'Bad: turn 2' }).click();
  await expect(page.getByTestId('play-own').locator('.turn-strategy')).not.toBeEmpty(); // what was whispered
  await page.getByTestId('play-keep').click();
  await page.getByTestId('play-inspect').click();

  // It is an episode as any other, with the ratings of its turns.
  await expect(page.getByTestId('turn-row')).toHaveCount(2);
  await page.getByTestId('turn-row').first().locator('a').click();
  const inspector = page.getByTestId('turn-inspector');
  await expect(inspector.getByRole('button', { name: 'Good: turn 1' })).toHaveAttribute('aria-pressed', 'true');
  await inspector.getByRole('button', { name: 'Good: turn 1' }).click();
  await expect(inspector.getByText('none yet')).toBeVisible();
  const bad = inspector.getByRole('button', { name: 'Bad: turn 1' });
  await bad.click();
  await expect(bad).toHaveAttribute('aria-pressed', 'true'); // the thumb shows what is stored: before that, a reload would lose it
  await page.reload();
  await expect(bad).toHaveAttribute('aria-pressed', 'true');
  await expectAccessible(page, 'a rated turn');

  // Turns of the run that was trained can be rated too.
  await page.goto('./#/storage');
  await expect(page.getByRole('heading', { name: 'Played by you' })).toBeVisible();
  expect(complaints).toEqual([]);
});

test('a model answers from seat A; a turn can be taken back; the link brings the table back', async ({ page }) => {
  await open(page, 'seed=5&seat=B&partnerStrategist=base%3Aparley-mini');
  await page.getByTestId('play-begin').click();
  const partner = page.getByTestId('play-partner');
  await expect(partner).toHaveCount(1);
  const opening = await partner.first().locator('.turn-words').textContent();
  await expect(partner.first().locator('.turn-strategy')).toHaveCount(0); // it is private
  await say(page, 'What do you care about?');
  await expect(partner).toHaveCount(2);
  await expect(page.getByTestId('talk-input')).toHaveAttribute('placeholder', 'Say something');
  await page.getByTestId('play-undo').click();
  await expect(partner).toHaveCount(1);
  await page.reload();
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await page.getByTestId('play-begin').click();
  await expect(partner.first().locator('.turn-words')).toHaveText(opening ?? '');
});

test('in a house and in a shop the person does what can be done, one press each', async ({ page }) => {
  await open(page, 'environment=household&seed=3');
  await page.getByTestId('play-begin').click();
  const help = page.getByTestId('action-help');
  await expect(help.getByRole('button')).not.toHaveCount(0);
  await help.getByRole('button').first().click();
  await expect(page.getByTestId('play-own')).toHaveCount(1);
  await expect(page.getByTestId('play-world')).toHaveCount(1);
  await auditLooks(page, 'play-household');
  await open(page, 'environment=shop&seed=3');
  await page.getByTestId('play-begin').click();
  await say(page, 'search[red shirt]');
  await help.getByRole('button', { name: /click\[b1\]/ }).click();
  await help.getByRole('button', { name: /buy it for/ }).click();
  await expect(page.getByTestId('play-ending')).toContainText(/you [\d.]+ points/);
});

test('a chat server sits opposite, is told nothing of the person’s goal, and hears the key that was typed', async ({
  page,
}) => {
  const server = await startChatServer({
    answer: () => JSON.stringify({ action_type: 'speak', argument: 'i take 1 hat and you get the rest' }),
  });
  try {
    await open(page, 'seed=3&partner=chat&partnerStrategist=none');
    await page.getByTestId('server-agent-url').fill(server.baseUrl);
    await page.getByTestId('server-agent-model').fill('tiny');
    await page.getByTestId('server-agent-key').fill('sk-secret');
    await page.getByTestId('play-begin').click();
    await say(page, 'What do you care about?');
    await expect(page.getByTestId('play-partner').first()).toContainText('i take 1 hat');
    expect(server.asked.length).toBeGreaterThan(0);
    expect(server.asked.every(({ key }) => key === 'sk-secret')).toBe(true);
    expect(page.url()).not.toContain('secret');
    const stored = await page.evaluate(async () => {
      const found: string[] = [JSON.stringify({ ...localStorage })];
      for (const { name = '' } of await indexedDB.databases()) {
        const database = await new Promise<IDBDatabase>((resolve) => {
          const request = indexedDB.open(name);
          request.onsuccess = () => resolve(request.result);
        });
        for (const store of database.objectStoreNames) {
          const rows = await new Promise<unknown[]>((resolve) => {
            const request = database.transaction(store).objectStore(store).getAll();
            request.onsuccess = () => resolve(request.result);
          });
          found.push(JSON.stringify(rows));
        }
        database.close();
      }
      return found.join('\n');
    });
    expect(stored).not.toContain('sk-secret');
  } finally {
    server.close();
  }
});
