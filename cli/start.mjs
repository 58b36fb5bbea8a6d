import { spawn } from 'node:child_process';
import { installPackages } from './install.mjs';

installPackages();
const { createServer } = await import('vite');
const server = await createServer({ server: { port: 5173 } });
await server.listen();
const address = server.resolvedUrls?.local[0] ?? 'http://localhost:5173/';
console.log(`\n  Parley is running at ${address}\n  Press Ctrl+C to stop.\n`);
openBrowser(address);

/** Opens the default browser when this looks like a desktop; silence is fine, the address is printed. */
function openBrowser(url) {
  const isDesktop = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!isDesktop || process.env.CI || process.env.PARLEY_NO_BROWSER) return;
  const [command, words] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', url]]
        : ['xdg-open', [url]];
  spawn(command, words, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
