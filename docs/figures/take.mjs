import { spawn } from 'node:child_process';
import { chromium } from 'playwright';
import { CHROMIUM_FLAGS, findChromium } from '../../cli/chromium.mjs';

/**
 * Takes the pictures of this folder: `npm run build && node docs/figures/take.mjs [updates]`. A real run of the built lab;
 * every screen at 1280 and 390 px, light and dark.
 */
const updates = Number(process.argv[2] ?? 8);
const address = 'http://127.0.0.1:4173/lab/';
const server = spawn(process.execPath, ['e2e/serve.mjs'], { stdio: 'inherit' });
const executablePath = findChromium() ?? undefined;
const browser = await chromium.launch({ executablePath, args: ['--headless=new', ...CHROMIUM_FLAGS] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${address}#/train?updates=${updates + 4}`);
  await page.getByTestId('train-button').click();
  await page.waitForFunction(
    (done) => document.querySelector('[data-testid="update-counter"]')?.textContent?.includes(`${done} /`),
    updates,
    { timeout: 600_000 },
  );
  await page.waitForTimeout(2500); // the next dialogue is under way
  await picture(page, 'train');
  await page.getByTestId('pause-button').click();
  await page.getByTestId('continue-button').waitFor({ timeout: 120_000 });
  await page.getByRole('link', { name: 'Inspect' }).click();
  await page.getByTestId('episode-row').nth(1).click();
  await page.getByTestId('turn-row').first().locator('a').click();
  await page.waitForTimeout(500);
  await picture(page, 'inspect');
  await page.getByRole('link', { name: 'Storage' }).click();
  await page.waitForTimeout(500);
  await picture(page, 'storage');
} finally {
  await browser.close();
  server.kill();
}

async function picture(page, name) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const [suffix, width] of [['', 1280], ['-narrow', 390]]) {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
      await page.waitForTimeout(400);
      await page.screenshot({ path: `docs/figures/${name}-${colorScheme}${suffix}.png` });
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}
