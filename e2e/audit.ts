import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Fails where the page scrolls sideways, or where axe finds anything. @param where for the message */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, `${where} scrolls sideways`).toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${where}: ${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);
}

const HEIGHT_PX = 900;
const WIDTHS_PX = [1440, 390];
/** On a phone a screen is one long column: its picture shows all of it, up to here. */
const TALLEST_PX = 5000;

/** Both colour schemes at a wide and a narrow width: audits each, and leaves its picture among the test's results. */
export async function auditLooks(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of WIDTHS_PX) {
    await page.setViewportSize({ width, height: HEIGHT_PX });
    const hidden = await page
      .locator('main')
      .evaluate((screen) => (innerWidth < 500 ? screen.scrollHeight - screen.clientHeight : 0));
    await page.setViewportSize({ width, height: Math.min(HEIGHT_PX + hidden, TALLEST_PX) });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }); // colours on their way are nobody's
      await expectAccessible(page, `${name}, ${width} px, ${colorScheme}`);
      await page.screenshot({ path: `test-results/looks/${name}-${width}-${colorScheme}.png` });
    }
  }
  if (before) await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}
