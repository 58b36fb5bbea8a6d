/** Numbers as people read them. The minus sign is U+2212, as wide as a digit; nothing here ends up in a file. */

const MINUS = '\u2212';
const UNKNOWN = '–';

/** `+0.06`, `−0.41`, `0.00` without a sign. */
export function formatSigned(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return (value < 0 ? MINUS : '+') + text;
}

/** Three significant digits, exponent only where a decimal would be long: `0.0123`, `−1.71`, `3e-5`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text =
    size < 1e-3 || size >= 1e6 ? size.toExponential(1).replace('.0e', 'e').replace('e+', 'e') : trimmed(size);
  return (value < 0 ? MINUS : '') + text;
}

function trimmed(size: number): string {
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return size.toFixed(digits);
}

/** Ticks of an axis, all with the digits that tell neighbours apart: `0`, `2`, `4` or `0.15`, `0.20`. */
export function formatTicks(ticks: readonly number[]): string[] {
  if ((ticks.at(-1) ?? 0) >= 1e4) return ticks.map(formatCount);
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0));
  const magnitude = step > 0 ? Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))) : 0;
  // Steps of 2.5 need a digit more, or 0.875 would read 0.88.
  const isWhole = Math.abs(step * 10 ** magnitude - Math.round(step * 10 ** magnitude)) < 1e-6;
  const digits = isWhole ? magnitude : magnitude + 1;
  return ticks.map((tick) => tick.toFixed(digits).replace('-', MINUS));
}

/** `64`, `5,511`, `18.4k`, `148k`, `2.6M`. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(value >= 1e5 ? 0 : 1)}k`;
  return Math.round(value).toLocaleString('en-US');
}

/** `94 %`. */
export function formatShare(share: number): string {
  return Number.isFinite(share) ? `${Math.round(share * 100)} %` : UNKNOWN;
}

/** `212 MB`; decimal megabytes, as browsers report quota. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return UNKNOWN;
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(bytes >= 1e8 ? 0 : 1)} MB`;
  if (bytes >= 1e3) return `${Math.round(bytes / 1e3)} kB`;
  return `${bytes} B`;
}

/** `0.02 s`, `4.1 s`, `48 s`, `6 min`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return UNKNOWN;
  if (seconds > 0 && seconds < 0.095) return `${seconds.toFixed(2)} s`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `20 Nov, 19:32`. */
export function formatMoment(ms: number): string {
  return new Date(ms).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

/** `1 turn`, `9 turns`. */
export function formatAmount(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
