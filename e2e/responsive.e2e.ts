import { expect, test } from '@playwright/test';

/**
 * Wall-clock long tasks say nothing here: the CPU adapter holds every core while it trains. So the news of a real update
 * is recorded first, and then replayed, without the adapter, at the rate at which it came; the main thread's script and
 * layout time over that time is what the page costs.
 */
test('while a run trains, the page needs less than a quarter of the main thread', async ({ page, context }) => {
  await page.addInitScript(() => {
    const recorded: { atMs: number; message: unknown }[] = [];
    Object.assign(window, { recorded });
    const { Worker: Original } = window;
    window.Worker = class extends Original {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
          recorded.push({ atMs: performance.now(), message: data });
        });
      }
    };
  });
  await page.goto('./#/train?model=parley-mini&updates=1');
  await expect(page.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  await page.getByTestId('train-button').click();
  await expect(page.getByTestId('run-status')).toContainText(/finished|complete/i);
  const recorded = await page.evaluate(() => (window as unknown as { recorded: Recorded[] }).recorded); // set above
  await page.close();

  const news = recorded.filter(({ message }) => message.kind === 'run.events');
  const status = recorded.find(({ message }) => message.kind === 'engine.ready')?.message;
  expect(news.length).toBeGreaterThan(20);
  const startMs = news[0]?.atMs ?? 0;
  const lengthMs = (news.at(-1)?.atMs ?? 0) - startMs;

  const replay = await context.newPage();
  await replay.route(/engine\.worker.*\.js/, (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      body: `const status = ${JSON.stringify(status)}; const news = ${JSON.stringify(news)};
        onmessage = ({ data }) => {
          if (data.kind === 'hello') postMessage(data);
          if (data.kind === 'engine.prepare') postMessage(status);
          if (data.kind === 'run.start') for (const { atMs, message } of news)
            setTimeout(() => postMessage({ ...message, runId: data.runId }), atMs - ${startMs});
        };`,
    }),
  );
  await replay.goto('./#/train?model=parley-mini&updates=1');
  await expect(replay.getByTestId('engine-status')).toHaveAttribute('data-engine', 'ready');
  const devtools = await context.newCDPSession(replay);
  await devtools.send('Performance.enable');
  const busySeconds = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    const named = new Map(metrics.map(({ name, value }) => [name, value]));
    return ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'].reduce(
      (sum, name) => sum + (named.get(name) ?? NaN),
      0,
    );
  };
  const before = await busySeconds();
  await replay.getByTestId('train-button').click();
  await expect(replay.getByTestId('run-status')).toContainText(/finished|complete/i);
  const share = ((await busySeconds()) - before) / (lengthMs / 1000);
  console.log(
    `main thread: ${(share * 100).toFixed(1)} % of ${(lengthMs / 1000).toFixed(1)} s, ${news.length} messages`,
  );
  expect(share).toBeLessThan(0.25);
});

interface Recorded {
  readonly atMs: number;
  readonly message: { readonly kind: string };
}
