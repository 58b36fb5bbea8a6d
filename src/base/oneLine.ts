/** Everything that ends a line or draws nothing: C0 and C1 controls, soft hyphen, zero-width and direction marks, separators. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu;

/** Somebody's text on one line, without what a reader cannot see; cut to `limit` UTF-16 units. */
export function oneLine(text: string, limit: number): string {
  const line = text.replace(UNSEEN, ' ').replace(/\s+/gu, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1).trimEnd()}…`;
}
