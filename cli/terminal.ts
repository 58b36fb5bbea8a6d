import { monotonicMs } from '../src/base/clock.ts';
import type { Terminal } from './arguments.ts';

/** Progress as one rewritten line on a terminal, as a line every ten seconds in a log, and not at all with --json. */
export function createTerminal(isJson: boolean): Terminal {
  const { stderr } = process;
  let lastShownAt = -Infinity;
  let isLineOpen = false;
  const closeLine = () => {
    if (isLineOpen) stderr.write('\n');
    isLineOpen = false;
  };
  return {
    isJson,
    progress(share, text) {
      if (isJson) return;
      const now = monotonicMs();
      if (now - lastShownAt < (stderr.isTTY ? 100 : 10_000)) return;
      lastShownAt = now;
      const filled = Math.round(share * 24);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ${(share * 100).toFixed(0).padStart(3)} %`;
      stderr.write(stderr.isTTY ? `\r\u001b[K${bar}  ${text}` : `${bar}  ${text}\n`);
      isLineOpen = stderr.isTTY;
    },
    line(text) {
      closeLine();
      (isJson ? stderr : process.stdout).write(`${text}\n`);
    },
  };
}
