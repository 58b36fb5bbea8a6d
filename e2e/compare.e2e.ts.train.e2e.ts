import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { auditLooks, expectAccessible } from './audit.ts';
import { readZip } from './zip.ts';
import { readSafetensors } from '../src/policy/formats/safetensors.ts';

/** Settings in the link: the smaller model, and as few dialogues as the test needs. */
const open = async (page: Page, settings: string) => {
  await page.goto(`./#/train?model=parley-mini&${settings}`);
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
};

test('open, train, reload in mid-run, resume, export: the whole way with a real device', async ({ page }) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await open(page, 'updates=2&episodesPerUpdate=24');
  await expect(page.getByTestId('engine-status')).toContainText(/swiftshader|·/);
  await expect(page.getByTestId('memory-estimate')).toContainText(/MB/);
  await expect(page.getByTestId('time-estimate')).toContainText('known after one update');

  await page.getByTestId('train-button').click();
  // Turns stream in while the dialogues are played …
  await expect(page.getByTestId('turn-strategy').first()).toHaveText(/\w+/);
  await expect(page.getByTestId('turn-row').first()).toContainText(/\w+/);
  // … the first update ends, and the page is reloaded in the middle of the second.
  await expect(page.getByTestId('update-counter')).toContainText('1 / 2');
  await page.reload();
  await expect(page.getByTestId('resume-banner')).toContainText('after update 1 of 2');
  await page.getByTestId('resume-run').click();
  await expect(page.getByTestId('update-counter')).toContainText('2 / 2');
  await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);
  await expect(page.getByTestId('points-now')).toHaveText(/\d\.\d\d/);

  // Every turn of a finished batch shows what it earned.
  await page.getByRole('link', { name: 'Inspect' }).click();
  await page.getByTestId('episode-row').first().click();
  await expect(page.getByTestId('turn-reward').first()).toContainText(/[+−-]?\d\.\d\d/);
  await page.getByTestId('turn-row').first().locator('a').click();
  await expect(page.getByTestId('turn-inspector')).toContainText(/advantage/i);
  await expect(page.getByTestId('token-strip')).toContainText(/\w/);

  await page.getByRole('link', { name: 'Storage' }).click();
  await expect(page.getByTestId('checkpoint-row')).not.toHaveCount(0);
  const download = page.waitForEvent('download');
  await page.getByTestId('export-weights').first().click();
  const files = readZip(await readFile(await (await download).path()));
  expect([...files.keys()]).toEqual(expect.arrayContaining(['config.json', 'tokenizer.json', 'model.safetensors']));
  const { tensors } = readSafetensors(files.get('model.safetensors') ?? new Uint8Array());
  const trained = tensors.get('model.embed_tokens.weight')?.data;
  const shipped = readSafetensors(await readFile('public/models/parley-mini/model.safetensors')).tensors;
  expect(trained).toBeDefined();
  expect(trained).not.toEqual(shipped.get('model.embed_tokens.weight')?.data); // it has learned something
  expect(complaints).toEqual([]);
});

test('pause, turn knobs, step, all dialogues side by side, zoom; a second tab cannot take the run; stop answers at once', async ({
  page,
  context,
}) => {
  await open(page, 'updates=6&episodesPerUpdate=8');
  await page.getByTestId('train-button').click();
  await page.getByTestId('pause-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/paused/i);
  const before = await page.getByTestId('update-counter').textContent();

  const second = await context.newPage();
  await second.goto('./#/storage');
  await expect(second.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await expect(second.getByTestId('resume-banner')).toHaveCount(0); // it is open elsewhere, not interrupted
  await second.getByTestId('restore-checkpoint').first().click();
  await second.getByRole('alertdialog').getByRole('button', { name: 'Restore' }).click();
  await expect(second.getByText(/already open/)).toBeVisible();
  await second.close();

  // A knob out of range is refused where it is typed; one within it is turned, noted and used.
  const knobs = page.getByTestId('live-knobs');
  const rate = knobs.getByRole('textbox', { name: 'Learning rate' });
  await rate.fill('7');
  await expect(page.getByTestId('turn-knobs')).toBeDisabled();
  await rate.fill('0.002');
  await page.getByTestId('turn-knobs').click();
  await expect(page.getByTestId('turned-knobs')).toContainText(/after update \d Learning rate 0\.002/);
  await page.keyboard.press('.');
  await expect(page.getByTestId('update-counter')).not.toHaveText(before ?? '');
  await expect(page.getByTestId('run-status')).toContainText(/paused/i);
  const more = page.getByRole('region', { name: 'More curves' });
  await more.getByRole('button').click();
  await page.getByRole('option', { name: 'learningRate' }).click();
  await expect(more.getByRole('img')).toHaveAttribute('aria-label', 'learningRate: learningRate 0.002.');
  await expect(page.getByText('1 turned knob')).toBeVisible();

  await page.getByTestId('all-dialogues').click();
  await expect(page.getByTestId('live-together').getByRole('log')).toHaveCount(4);
  await page.getByRole('button', { name: 'Goals of seat B' }).click();
  await expect(page.getByText('private goal hidden')).toHaveCount(4);

  // A drag over a chart draws that part of every chart; the slider says which, and does the same by keyboard.
  const plot = page.getByRole('region', { name: 'Entropy' }).locator('.u-over');
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  if (!box) throw new Error('the chart is on screen');
  await page.mouse.move(box.x + 2, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + 30, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByTestId('zoom')).toHaveText('0–3');
  await page.getByRole('slider', { name: 'to' }).press('ArrowRight');
  await expect(page.getByTestId('zoom')).toHaveText('0–4');
  await auditLooks(page, 'train');
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(page.getByTestId('zoom')).toHaveText('0–6');

  // Stopped in mid-update, it saves; gone on with, it knows what was turned.
  await page.getByTestId('continue-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/running/i);
  await expect(page.getByTestId('turn-strategy').first()).toHaveText(/\w+/);
  const start = performance.now();
  await page.getByTestId('stop-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/stopped/i);
  expect(performance.now() - start).toBeLessThan(2000);
  await page.getByTestId('resume-button').click();
  await expect(page.getByTestId('turned-knobs')).toContainText('Learning rate 0.002');
  await page.getByTestId('stop-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/stopped/i);
  await expectAccessible(page, 'train, stopped');
});

test('the screen stays on while a run trains; a tab in the background says so in its title, and to whoever comes back', async ({
  page,
}) => {
  await page.addInitScript(() => {
    const locks = { held: 0 };
    Object.assign(window, { locks });
    navigator.wakeLock.request = () => {
      locks.held += 1;
      const release = () => Promise.resolve(void (locks.held -= 1));
      return Promise.resolve({ released: false, release } as unknown as WakeLockSentinel); // as much of it as is used
    };
    const hide = { isHidden: false };
    Object.defineProperty(document, 'visibilityState', { get: () => (hide.isHidden ? 'hidden' : 'visible') });
    Object.assign(window, {
      hide: (isHidden: boolean) => {
        hide.isHidden = isHidden;
        document.dispatchEvent(new Event('visibilitychange'));
      },
    });
  });
  const hide = (isHidden: boolean) =>
    page.evaluate((value) => (window as unknown as { hide(isHidden: boolean): void }).hide(value), isHidden); // set above
  const held = () => page.evaluate(() => (window as unknown as { locks: { held: number } }).locks.held); // set above
  await open(page, 'updates=20&episodesPerUpdate=8');
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/running/i);
  await expect.poll(held).toBe(1);
  await hide(true);
  await expect(page).toHaveTitle(/running, slowed in the background/);
  await page.waitForTimeout(10_500); // shorter absences are not mentioned
  await hide(false);
  await expect(page).not.toHaveTitle(/slowed/);
  await expect(page.getByTestId('hidden-notice')).toContainText(/in the background for \d+ s/);
  await page.getByTestId('stop-button').click();
  await expect.poll(held).toBe(0);
});
