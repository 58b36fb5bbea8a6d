import { expect, test, type Page } from '@playwright/test';

/** Changes the world that the engine worker finds: `script` runs before its own. */
async function beforeEngine(page: Page, script: string) {
  await page.route(/engine\.worker.*\.js/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${script}\n${await response.text()}` });
  });
}

test('without WebGPU the page says why and what to do, and trains slowly on the CPU when the user agrees', async ({
  page,
}) => {
  await page.addInitScript('delete Navigator.prototype.gpu');
  await beforeEngine(page, 'delete WorkerNavigator.prototype.gpu;');
  await page.goto('./#/train?model=parley-mini&updates=1&episodesPerUpdate=2&episodesPerScenario=2&turnLimit=2');
  const problem = page.getByTestId('engine-problem');
  await expect(problem).toContainText('WebGPU');
  await expect(problem).toContainText('Why');
  await expect(problem).toContainText('What to do');
  await page.getByTestId('fallback-button').click();
  await expect(page.getByTestId('engine-status')).toContainText('CPU');
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);
});

test('a truncated model file gives what, why and what to do', async ({ page }) => {
  await page.route(/model\.safetensors/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.body()).subarray(0, 100_000) });
  });
  await page.goto('./');
  await expect(page.getByTestId('engine-problem')).toContainText('model.safetensors');
  await expect(page.getByTestId('train-button')).toBeDisabled();
});

test('a blocked IndexedDB is explained and the page still works', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(IDBFactory.prototype, 'open', {
      value: () => {
        throw new DOMException('The user denied permission to access the database.', 'SecurityError');
      },
    });
  });
  await page.goto('./#/storage');
  await expect(page.getByText(/gives the page no storage|could not open its storage/)).toBeVisible();
  await expect(page.getByText(/Allow site data|Free disk space/)).toBeVisible();
  await page.goto('./#/train');
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
});

test('a setting out of range is refused where it is typed', async ({ page }) => {
  await page.goto('./#/train');
  await expect(page.getByTestId('train-button')).toBeEnabled(); // so that the number alone disables it
  const field = page.getByRole('textbox', { name: 'Episodes per update' });
  await field.fill('100000');
  await field.blur();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByTestId('train-button')).toBeDisabled();
  await field.fill('64');
  await expect(page.getByTestId('train-button')).toBeEnabled();
});

test('storage without room refuses a run before it starts, and says how much it would need', async ({ page }) => {
  await beforeEngine(page, 'StorageManager.prototype.estimate = async () => ({ quota: 2e6, usage: 1.9e6 });');
  await page.goto('./#/train?model=parley-mini&updates=50');
  await page.getByTestId('train-button').click();
  await expect(page.getByText(/may need \d+ MB of storage/)).toBeVisible();
  await expect(page.getByText(/Delete old runs or checkpoints/)).toBeVisible();
  await expect(page.getByTestId('train-button')).toBeEnabled();
});

test('an adapter without enough memory is named before anything is allocated', async ({ page }) => {
  await beforeEngine(
    page,
    `const { get } = Object.getOwnPropertyDescriptor(GPUDevice.prototype, 'limits');
     Object.defineProperty(GPUDevice.prototype, 'limits', { get() {
       return { maxBufferSize: 1e6, maxStorageBufferBindingSize: 1e6, real: get.call(this) };
     } });`,
  );
  await page.goto('./#/train?model=parley-mini&updates=1');
  await page.getByTestId('train-button').click();
  await expect(page.getByText(/needs a graphics buffer of \d+ MB/)).toBeVisible();
  await expect(page.getByText(/This adapter allows at most 1 MB/)).toBeVisible();
});

test('a lost graphics device interrupts the run, which goes on from its last checkpoint on a new one', async ({
  page,
}) => {
  // The first device is lost as soon as the first checkpoint can exist; `destroy` alone would count as our own doing.
  await beforeEngine(
    page,
    `const request = GPUAdapter.prototype.requestDevice;
     let devices = 0;
     GPUAdapter.prototype.requestDevice = async function (descriptor) {
       const device = await request.call(this, descriptor);
       devices += 1;
       if (devices === 1) {
         const lost = device.lost.then(() => ({ reason: 'unknown', message: 'The driver was reset.' }));
         Object.defineProperty(device, 'lost', { value: lost });
         const send = self.postMessage;
         self.postMessage = function (message, ...rest) {
           if (JSON.stringify(message).includes('checkpoint.saved')) device.destroy();
           return send.call(self, message, ...rest);
         };
       }
       return device;
     };`,
  );
  await page.goto('./#/train?model=parley-mini&updates=3&episodesPerUpdate=2&episodesPerScenario=2&turnLimit=2');
  await page.getByTestId('train-button').click();
  await expect(page.getByText('The graphics device was lost.')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('The driver was reset.')).toBeVisible();
  await expect(page.getByTestId('run-status')).toContainText(/finished/i, { timeout: 120_000 });
  await expect(page.getByTestId('update-counter')).toContainText('3 / 3');
  await expect(page.getByText('The graphics device was lost.')).toHaveCount(0);
});

test('memory that the device does not have ends the run with what it was for', async ({ page }) => {
  await beforeEngine(
    page,
    `const pop = GPUDevice.prototype.popErrorScope;
     let scopes = 0;
     GPUDevice.prototype.popErrorScope = async function () {
       const error = await pop.call(this);
       scopes += 1;
       return scopes === 3 ? { message: 'Not enough memory left.' } : error;
     };`,
  );
  await page.goto('./#/train?model=parley-mini&updates=1&episodesPerUpdate=2&episodesPerScenario=2&turnLimit=2');
  await page.getByTestId('train-button').click();
  await expect(page.getByText(/did not fit into the graphics device’s memory/)).toBeVisible();
  await expect(page.getByText('Not enough memory left.')).toBeVisible();
  // The device counts as broken: the next run gets another one, and succeeds.
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished/i, { timeout: 120_000 });
});
