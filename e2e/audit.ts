import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Fails where the page scrolls sideways, or where axe finds anything. @param where for the message */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, `${where} scrolls sideways`).toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${where}: ${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);
}

/** Both colour schemes at a wide and a narrow width: audits each, and leaves its picture among the test's results. */
export async function auditLooks(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }); // colours on their way are nobody's
      await expectAccessible(page, `${name}, ${width} px, ${colorScheme}`);
      await page.screenshot({ path: `test-results/looks/${name}-${width}-${colorScheme}.png`, fullPage: width < 500 });
    }
  }
  if (before) await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}
