import type { Server } from 'node:http';
import { expect, test } from '@playwright/test';
import { serveBuild } from './serve.mjs';

const PORT = 4174;
const LAB = `http://127.0.0.1:${PORT}/lab/`;
const BRIEF = 'model=parley-mini&updates=1&episodesPerUpdate=2&episodesPerScenario=2&turnLimit=2';

test.use({ serviceWorkers: 'allow' });

let server: Server;
/** Makes the server's files those of a newer version. */
let release = '';
test.beforeAll(() => {
  server = serveBuild(PORT, (path, bytes) => (path === 'service-worker.js' ? `${bytes.toString()}${release}` : bytes));
});
test.afterAll(() => server.close());

test('after the first load it works without a network: reload, train an update, inspect; a new version waits for the end of a run', async ({
  page,
  context,
}) => {
  await page.goto(`${LAB}#/train?${BRIEF}`);
  await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated');
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  const manifest = await page.evaluate(async () => {
    const link = document.querySelector<HTMLLinkElement>('link[rel=manifest]');
    return (await (await fetch(link?.href ?? '')).json()) as { icons: { src: string }[] };
  });
  for (const { src } of manifest.icons) expect((await page.request.get(new URL(src, LAB).href)).ok(), src).toBe(true);

  await context.setOffline(true);
  server.closeAllConnections();
  await page.reload();
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished/i);
  await page.getByRole('link', { name: 'Inspect' }).click();
  await page.getByTestId('episode-row').first().click();
  await expect(page.getByTestId('token-strip')).toContainText(/[a-z]/); // the vocabulary too is there

  // A newer version arrives while a run is under way.
  await context.setOffline(false);
  release = '\n// newer\n';
  await page.goto(`${LAB}#/train?${BRIEF.replace('updates=1', 'updates=3')}`);
  await page.reload();
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('stop-button')).toBeVisible();
  const banner = page.getByTestId('update-banner');
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await expect(banner).toContainText('new version');
  if (!/finished/.test((await page.getByTestId('run-status').textContent()) ?? '')) {
    await expect(banner).toContainText('when the run has ended');
    await expect(page.getByTestId('take-update')).toHaveCount(0);
  }
  await expect(page.getByTestId('run-status')).toContainText(/finished/i);
  await page.getByTestId('take-update').click();
  await page.waitForFunction(() => !('isSamePage' in window));
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await expect(banner).toHaveCount(0);
});
