import { expect, test } from '@playwright/test';
import { auditLooks } from './audit.ts';
import { startChatServer } from './chatServer.ts';

const BRIEF = 'model=parley-mini&updates=1&episodesPerUpdate=2&episodesPerScenario=2&turnLimit=4&agent=chat';
const SAID = 'i take 1 hat and you get the rest';

test('a dialogue whose agents are on a chat server is forked once somebody has agreed; nobody is asked about what was said', async ({
  page,
}) => {
  const server = await startChatServer({
    key: 'sk-right',
    answer: () => JSON.stringify({ action_type: 'speak', argument: SAID }),
  });
  try {
    await page.goto(`./#/train?${BRIEF}`);
    await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
    await page.getByTestId('server-agent-url').fill(server.baseUrl);
    await page.getByTestId('server-agent-model').fill('tiny');
    await page.getByTestId('server-agent-key').fill('sk-right');
    await page.getByTestId('train-button').click();
    await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);
    // Keys end with the page: a fork of what was saved asks for them.
    await page.reload();
    await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
    await page.getByRole('link', { name: 'Inspect' }).click();
    await page.getByTestId('episode-row').first().click();
    await page.getByTestId('turn-row').nth(1).locator('a').click();

    const card = page.getByRole('region', { name: 'Fork here' });
    await card.getByTestId('fork-strategies').fill('demand everything');
    for (const [name, count] of [
      ['Drawn from it', '0'],
      ['Replays of each', '2'],
    ] as const) {
      await card.getByRole('textbox', { name }).fill(count);
      await card.getByRole('textbox', { name }).press('Tab');
    }
    const askedByRun = server.asked.length;
    await card.getByTestId('fork-start').click();
    const dialog = page.getByTestId('access-dialog');
    await expect(dialog).toContainText(server.host);
    await expect(dialog).toContainText('Up to 4 dialogues');
    await auditLooks(page, 'fork-access');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(card.getByTestId('fork-start')).toBeEnabled();
    expect(server.asked.length).toBe(askedByRun);

    await card.getByTestId('fork-start').click();
    await dialog.getByLabel(/Key for/).fill('sk-right');
    await page.getByTestId('access-grant').click();
    await expect(card.getByTestId('fork-arm').filter({ hasText: 'as it was' })).toContainText(/\d\.\d\d \[/);
    await expect(card.getByTestId('fork-arm').filter({ hasText: 'your own' })).toContainText(/Δ [+−]?\d\.\d\d/);
    await expect(card.getByTestId('fork-start')).toBeEnabled();
    // Turn 2 of 4 and those after it, of four dialogues: never the first turn again.
    const asked = server.asked.slice(askedByRun);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThanOrEqual(4 * 3);
    for (const { messages } of asked) expect(messages.map(({ content }) => content).join()).toContain(SAID);
  } finally {
    server.close();
  }
});
