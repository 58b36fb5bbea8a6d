/** `run-20261120-193205`, local date and time: short, sortable and speakable. Unique enough for one person's browser. */
export function newRunId(nowMs: number): string {
  const now = new Date(nowMs);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `run-${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
