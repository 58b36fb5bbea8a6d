/**
 * `run-20261120-193205`, local date and time: short, sortable and speakable. Unique enough for one person's browser.
 *
 * @param previous the last id that was given: a second one of the same second becomes `…-2`
 */
export function newRunId(nowMs: number, previous: string | null): string {
  const now = new Date(nowMs);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const id = `run-${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  if (previous === id) return `${id}-2`;
  if (!previous?.startsWith(`${id}-`)) return id;
  return `${id}-${Number(previous.slice(id.length + 1)) + 1}`;
}
