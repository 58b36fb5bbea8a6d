import { expect, test, type Page } from '@playwright/test';
import { expectAccessible } from './audit.ts';

const BRIEF = 'model=parley-mini&updates=1&episodesPerUpdate=2&episodesPerScenario=2&turnLimit=4';

/** Gives the page a browser that brings a language model along: it counts what it is asked. */
const giveModel = (page: Page) =>
  page.addInitScript(() => {
    const asked: unknown[] = [];
    const session = {
      prompt: async (messages: unknown) => {
        asked.push(messages);
        return JSON.stringify({ action_type: 'speak', argument: 'i take 1 hat and you get the rest' });
      },
      destroy: () => undefined,
    };
    const model = { availability: async () => 'available', create: async () => session };
    Object.assign(window, { LanguageModel: model, askedOfModel: asked });
  });

const open = async (page: Page, settings: string) => {
  await page.goto(`./#/train?${settings}`);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
};
const agentMenu = (page: Page) => page.getByTestId('who-plays').getByRole('button', { name: 'Agent' }).first();

test('where the browser brings no model along, it is not in the menu, and the form says why', async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'LanguageModel'));
  await open(page, BRIEF);
  await agentMenu(page).click();
  await expect(page.getByRole('option', { name: 'chat' })).toBeVisible();
  await expect(page.getByRole('option', { name: 'browser' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('who-plays')).toContainText('Not offered: browser. The agent is browser');
  await expectAccessible(page, 'choices that are left out');
});

test('where it brings one along, the engine asks the page, the page asks the model, and a run learns with it', async ({
  page,
}) => {
  await giveModel(page);
  await open(page, BRIEF);
  await agentMenu(page).click();
  await page.getByRole('option', { name: 'browser' }).click();
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);
  expect(await page.evaluate(() => (Reflect.get(window, 'askedOfModel') as unknown[]).length)).toBeGreaterThan(1);
  await page.getByRole('link', { name: 'Inspect' }).click();
  await page.getByTestId('episode-row').first().click();
  await expect(page.getByTestId('turn-row').first()).toContainText('i take 1 hat');
});
