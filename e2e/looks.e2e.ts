import { expect, test, type Page } from '@playwright/test';
import { auditLooks, expectAccessible } from './audit.ts';

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
    // With something in them, they are audited by their own tests.
    await auditLooks(page, `empty-${screen}`);
    for (const width of [360, 768, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `${screen} scrolls sideways at ${width} px`).toBeLessThanOrEqual(0);
      expect(await labelsCut(page), `labels of the navigation at ${width} px, on ${screen}`).toEqual([]);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  }
});

/** Labels of the navigation that are wider than what they stand in. */
const labelsCut = (page: Page) =>
  page.locator('.rail-link span').evaluateAll((labels) =>
    labels
      .filter((label) => {
        const link = label.parentElement?.getBoundingClientRect();
        const { left, right } = label.getBoundingClientRect();
        return link !== undefined && (left < link.left || right > link.right);
      })
      .map(({ textContent }) => textContent),
  );

test('on a phone four screens stand in the bar, and the others are one press away, by keyboard too', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('./#/train?seed=1');
  const bar = page.getByRole('navigation', { name: 'Screens' });
  await expect(bar.getByRole('link')).toHaveText(['Train', 'Inspect', 'Compare', 'Play']);
  const more = bar.getByRole('button', { name: 'More screens' });
  for (const target of [...(await bar.getByRole('link').all()), more]) {
    const box = await target.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    expect(box?.width).toBeGreaterThanOrEqual(44);
  }
  await more.click();
  const sheet = page.getByRole('dialog', { name: 'More screens' });
  await expect(sheet.getByRole('link')).toHaveText(['Experiments', 'Scenarios', 'Models', 'Storage', 'Self-test']);
  await expectAccessible(page, 'the sheet');
  await page.screenshot({ path: 'test-results/looks/phone-more.png' });
  await sheet.getByRole('link', { name: 'Models' }).click();
  await expect(page).toHaveURL(/#\/models/);
  await expect(sheet).toHaveCount(0);
  await expect(more).toHaveAccessibleName('More screens; Models is open');

  await more.press('Enter');
  await expect(sheet).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await expect(more).toBeFocused();
  await page.keyboard.press('Enter');
  await sheet.getByRole('button', { name: /Help/ }).press('Enter');
  await expect(page.getByRole('dialog', { name: 'Keys and words' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 844, height: 390 });
  await bar.getByRole('link', { name: 'Self-test' }).click();
  await expect(page).toHaveURL(/#\/self-test/);
  await expectAccessible(page, 'a phone on its side');
  await page.screenshot({ path: 'test-results/looks/phone-sideways.png' });
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
