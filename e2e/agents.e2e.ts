import { expect, test, type Page } from '@playwright/test';
import { auditLooks, expectAccessible } from './audit.ts';
import { startChatServer, type ChatServer } from './chatServer.ts';

const BRIEF = 'model=parley-mini&updates=1&episodesPerUpdate=2&episodesPerScenario=2&turnLimit=4';
const speak = () => JSON.stringify({ action_type: 'speak', argument: 'i take 1 hat and you get the rest' });

const open = async (page: Page, settings: string) => {
  await page.goto(`./#/train?${settings}`);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
};
const nameServer = async (page: Page, role: 'agent' | 'judge', server: ChatServer, key = '') => {
  await page.getByTestId(`server-${role}-url`).fill(server.baseUrl);
  await page.getByTestId(`server-${role}-model`).fill('tiny');
  if (key !== '') await page.getByTestId(`server-${role}-key`).fill(key);
};

test('agents of a run on a chat server: named, tested, metered, and not asked twice by a run that goes on after a reload', async ({
  page,
}) => {
  // The two dialogues of an update have four turns each, and the test of the server asks once: the server falls silent
  // in the second update, where the page is loaded again.
  const answersBeforeSilence = 1 + 2 * 4 + 3;
  let speakAgain = () => {};
  const silence = new Promise<void>((resolve) => (speakAgain = resolve));
  const answered: string[] = [];
  const server = await startChatServer({
    key: 'sk-right',
    answer: async (messages) => {
      if (answered.length >= answersBeforeSilence) await silence;
      answered.push(JSON.stringify(messages));
      return speak();
    },
  });
  try {
    await open(page, `${BRIEF}&agent=chat`);
    await expect(page.getByTestId('train-button')).toBeDisabled();
    await nameServer(page, 'agent', server, 'sk-wrong');
    await page.getByTestId('server-agent-test').click();
    await expect(page.getByTestId('server-agent').getByRole('alert')).toContainText('did not accept the key');
    await page.getByTestId('server-agent-key').fill('sk-right');
    await page.getByTestId('server-agent-test').click();
    await expect(page.getByTestId('server-agent-answer')).toContainText('Answered in');
    await expect(page.getByTestId('asked-hosts')).toContainText(server.host);
    await auditLooks(page, 'train-agents');
    expect(page.url()).not.toContain('sk-');

    await page.evaluate(() => {
      location.hash = location.hash.replace('updates=1', 'updates=2');
    });
    await page.getByTestId('train-button').click();
    await expect(page.getByTestId('chat-meter')).toContainText(/\d+ requests?/);
    await expect(page.getByTestId('update-counter')).toContainText('1 / 2');

    // A reload in the second update: what was answered before it is not asked again.
    await expect.poll(() => answered.length).toBe(answersBeforeSilence);
    await page.reload();
    const known = new Set(answered);
    const askedBefore = server.asked.length;
    speakAgain();
    await page.getByTestId('resume-run').click();
    const dialog = page.getByTestId('access-dialog');
    await expect(dialog).toContainText(server.host);
    await expectAccessible(page, 'the question who may be asked');
    await dialog.getByLabel(/Key for/).fill('sk-right');
    await page.getByTestId('access-grant').click();
    await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);
    const repeated = server.asked.slice(askedBefore).filter(({ messages }) => known.has(JSON.stringify(messages)));
    expect(repeated).toEqual([]);
  } finally {
    server.close();
  }
});

test('a server that pages may not read is explained, and so is one that is not there', async ({ page }) => {
  const server = await startChatServer({ answer: speak, allowsPages: false });
  await open(page, `${BRIEF}&agent=chat`);
  await nameServer(page, 'agent', server);
  await page.getByTestId('server-agent-test').click();
  const refusal = page.getByTestId('server-agent').getByRole('alert');
  await expect(refusal).toContainText(/CORS|pages|origin/i);
  server.close();
  await page.getByTestId('server-agent-url').fill('http://127.0.0.1:9/v1');
  await page.getByTestId('server-agent-test').click();
  await expect(refusal).toContainText('127.0.0.1:9');
});

test('seat by seat: a partner with a fixed strategy, a judge for the reward; what cannot be combined is refused before it starts', async ({
  page,
}) => {
  const judge = await startChatServer({ answer: () => '{"indexes": [0], "reasoning": "it opened"}' });
  try {
    await open(page, BRIEF);
    const whoPlays = page.getByTestId('who-plays');
    await whoPlays.getByRole('button', { name: /other side’s strategist/ }).click();
    await page.getByRole('option', { name: /a fixed strategy/ }).click();
    await expect(page.getByTestId('train-button')).toBeDisabled();
    await page.getByTestId('partner-strategy').fill('demand everything');
    await whoPlays.getByRole('button', { name: /Turn reward/ }).click();
    await page.getByRole('option', { name: 'judge', exact: true }).click();
    await expect(page.getByTestId('train-button')).toBeDisabled();
    await nameServer(page, 'judge', judge);
    await expect(page.getByTestId('train-button')).toBeEnabled();
    await whoPlays.locator('summary').first().scrollIntoViewIfNeeded();
    await auditLooks(page, 'train-seats');

    // IGPO needs words for the best outcome, and poker has none.
    await page.evaluate(() => {
      location.hash = '#/train?preset=igpo&environment=kuhn-poker&turnReward=information-gain';
    });
    await expect(page.getByTestId('preset-refusal')).toContainText('best outcome');
    await expect(page.getByTestId('train-button')).toBeDisabled();

    await page.evaluate((brief) => {
      location.hash = `#/train?${brief}&trainedSeats=alternate&partnerStrategist=fixed&turnReward=judge`;
    }, BRIEF);
    await page.getByTestId('train-button').click();
    await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);
    expect(judge.asked.length).toBeGreaterThan(0);
    await page.getByRole('link', { name: 'Inspect' }).click();
    await page.getByTestId('episode-row').first().click();
    await expect(page.getByTestId('turn-row').first()).toBeVisible();
    await expect(page.getByTestId('turn-strategy').filter({ hasText: 'demand everything' }).first()).toBeVisible();
  } finally {
    judge.close();
  }
});
