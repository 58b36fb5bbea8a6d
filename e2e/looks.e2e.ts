import { expect, test, type Page } from '@playwright/test';
import { expectAccessible } from './audit.ts';

/** The screens as the navigation has them, whoever added them. */
const screensOf = (page: Page) =>
  page
    .getByRole('navigation', { name: 'Screens' })
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')?.split(/[?/]/)[1] ?? ''));

test('every screen teaches while it is empty, fits from 360 to 2560 px, and is accessible in both schemes', async ({
  page,
}) => {
  await page.goto('./#/train?seed=1');
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  const screens = await screensOf(page);
  expect(screens).toEqual(expect.arrayContaining(['train', 'inspect', 'compare', 'storage']));
  for (const screen of screens) {
    await page.goto(`./#/${screen}`);
    await expect(page.locator('main')).toContainText(/\w{3}/);
    // With something in them, all four looks of each are audited by their own tests.
    for (const [width, colorScheme] of [
      [1440, 'dark'],
      [390, 'light'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page, `${screen}, empty, ${width} px, ${colorScheme}`);
      await page.screenshot({ path: `test-results/looks/empty-${screen}-${width}-${colorScheme}.png` });
    }
    await page.emulateMedia({ colorScheme: null });
    for (const width of [360, 768, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `${screen} scrolls sideways at ${width} px`).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  }
});

test('a first visit is led through a run by keyboard, once', async ({ page }) => {
  await page.goto('./');
  const guide = page.getByTestId('guide');
  await expect(guide).toContainText('Start a small run');
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await expectAccessible(page, 'guide');
  await page.screenshot({ path: 'test-results/looks/guide-1.png' });
  await page.getByTestId('guide-action').focus();
  await page.keyboard.press('Enter');
  await expect(guide).toContainText('Read along');
  await page.screenshot({ path: 'test-results/looks/guide-2.png' });
  await expect(guide).toContainText('See what it learns');
  await expect(guide).toContainText('Look inside a turn');
  await page.getByTestId('guide-action').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('turn-inspector')).toBeVisible();
  await expect(guide).toContainText('Keep it');
  await page.screenshot({ path: 'test-results/looks/guide-5.png' });
  await page.getByTestId('guide-action').focus();
  await page.keyboard.press('Enter');
  await expect(guide).toHaveCount(0);
  await page.goto('./');
  await page.reload();
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await expect(guide).toHaveCount(0);

  // Keys: the sheet, the screens by number, and the guide again.
  await page.keyboard.press('2');
  await expect(page).toHaveURL(/#\/inspect/);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Pause the run');
  await expectAccessible(page, 'keys');
  await page.getByRole('button', { name: 'Show the guided run' }).press('Enter');
  await expect(guide).toContainText('Start a small run');
  await page.getByTestId('close-guide').press('Enter');
  await expect(guide).toHaveCount(0);
});
