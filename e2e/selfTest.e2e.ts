import { expect, test, type Page } from '@playwright/test';
import { auditLooks, expectAccessible } from './audit.ts';

const open = async (page: Page) => {
  await page.goto('./#/self-test');
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
};

const rowOf = (page: Page, kernel: string) =>
  page.getByTestId('kernel-row').filter({ has: page.getByRole('rowheader', { name: kernel, exact: true }) });

test('every kernel passes on this adapter; code and numbers are fetched only when the test starts', async ({
  page,
}) => {
  test.setTimeout(900_000); // hundreds of checks, on a CPU adapter
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  const ofSelfTest = () => fetched.filter((path) => /selfTestHost|sequence-.*json|golden-.*safetensors/.test(path));
  await open(page);
  await expect(page.getByTestId('self-test-adapter')).toHaveText(/\w/);
  expect(ofSelfTest()).toEqual([]);

  await page.getByTestId('self-test-start').click();
  const verdict = page.getByTestId('self-test-verdict');
  await expect(verdict).not.toHaveAttribute('data-phase', 'running', { timeout: 880_000 });
  await expect(verdict).toHaveAttribute('data-phase', 'finished');
  await expect(verdict).toContainText(/All \d+ checks passed/);
  expect(ofSelfTest().length).toBeGreaterThan(3);

  for (const kernel of ['swiglu', 'whole model'])
    await expect(rowOf(page, kernel)).toHaveAttribute('data-outcome', 'passed');
  await expect(page.locator('[data-testid=kernel-row][data-outcome=failed]')).toHaveCount(0);
  await auditLooks(page, 'self-test');
  expect(complaints).toEqual([]);
});

test('wrong numbers are said to be wrong', async ({ page }) => {
  // One value of PyTorch's is changed on its way: to the page that is a kernel that miscomputes.
  await page.route(/head-.*\.json$/, async (route) => {
    const response = await route.fetch();
    const golden = (await response.json()) as Record<string, Record<string, { values: number[] }>>;
    const output = golden['head 3 3']?.['entropy'];
    if (output) output.values[1] = (output.values[1] ?? 0) + 1;
    await route.fulfill({ response, json: golden });
  });
  await open(page);
  await page.getByTestId('self-test-start').click();
  await expect(rowOf(page, 'tokenStats')).toHaveAttribute('data-outcome', 'failed');
  await expect(page.getByTestId('kernel-table')).toContainText(/head, 3 × 3.* entropy is off by .* at index 1/);
  await expect(page.getByTestId('self-test-verdict')).toContainText(/kernels? of \d+ failed/);
  await auditLooks(page, 'self-test-failed');
});

test('it can be cancelled, keeps what it found, and starts again', async ({ page }) => {
  await open(page);
  const verdict = page.getByTestId('self-test-verdict');
  await page.getByTestId('self-test-start').click();
  await expect(page.getByTestId('kernel-row').first()).toBeVisible();
  await page.getByTestId('self-test-cancel').click();
  await expect(verdict).toHaveAttribute('data-phase', 'cancelled');
  await expect(verdict).toContainText(/Stopped after \d+ of \d+ checks/);
  await expect(page.getByTestId('kernel-row').first()).toBeVisible();
  await page.getByTestId('self-test-start').click();
  await expect(verdict).toHaveAttribute('data-phase', 'running');
  await expectAccessible(page, 'while it runs');
});
