/** A reply longer than this is not searched any further; thousands of tokens fit. */
const LONGEST_CHARACTERS = 30_000;
/** Braces to try, and ways to close each: a reply of nothing but braces and commas must not cost quadratic time. */
const MOST_STARTS = 32;
const MOST_CUTS = 8;
const MOST_NESTED = 32;

/**
 * Finds the JSON object that somebody was asked for in what a language model wrote: prose or a code fence around it,
 * thoughts before it, raw line breaks in its strings, commas too many, an end that is missing.
 *
 * Whole objects come first, the last of them before the others, because models think aloud before they answer; then what
 * is left of one that was cut off. An element that may be cut itself is left out: `[1, 1` could have become `[1, 15]`.
 *
 * @param accept reads a candidate; undefined when that is not it
 */
export function findJson<Value>(reply: string, accept: (json: unknown) => Value | undefined): Value | undefined {
  const text = afterThoughts(reply).slice(0, LONGEST_CHARACTERS);
  const { whole, cut } = objectsIn(text);
  for (const candidate of [...whole.toReversed(), ...cut]) {
    const json = parseLoosely(candidate);
    const value = json === undefined ? undefined : accept(json);
    if (value !== undefined) return value;
  }
  return undefined;
}

function afterThoughts(reply: string): string {
  const end = reply.lastIndexOf('</think>');
  return end < 0 ? reply : reply.slice(end + '</think>'.length);
}

/** Texts that may be an object: complete ones, and repaired beginnings. */
function objectsIn(text: string): { readonly whole: readonly string[]; readonly cut: readonly string[] } {
  const whole: string[] = [];
  const cut: string[] = [];
  let start = text.indexOf('{');
  for (let tried = 0; start >= 0 && tried < MOST_STARTS; tried++) {
    const { end, beginnings } = scanObject(text, start);
    const candidate = end === null ? undefined : text.slice(start, end);
    if (candidate === undefined) cut.push(...beginnings);
    else whole.push(candidate);
    const isObject = candidate !== undefined && parseLoosely(candidate) !== undefined;
    start = text.indexOf('{', isObject && end !== null ? end : start + 1);
  }
  return { whole, cut };
}

/** Where the object ends; without an end, the beginnings of it that can be closed, longest first. */
function scanObject(text: string, start: number): { readonly end: number | null; readonly beginnings: string[] } {
  const closers: string[] = [];
  /** The latest commas: everything before one is whole. */
  const commas: { readonly at: number; readonly closing: string }[] = [];
  const closing = () => closers.toReversed().join('');
  let isString = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (isString) {
      if (character === '\\') index++;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '{' || character === '[') {
      if (closers.push(character === '{' ? '}' : ']') > MOST_NESTED) return { end: null, beginnings: [] };
    } else if (character === '}' || character === ']') {
      if (closers.pop() !== character) return { end: null, beginnings: [] };
      if (closers.length === 0) return { end: index + 1, beginnings: [] };
    } else if (character === ',') {
      commas.push({ at: index, closing: closing() });
      if (commas.length > MOST_CUTS) commas.shift();
    }
  }
  const rest = text.slice(start).trimEnd();
  // A number or a word at the very end may be half of one; a string, a list or an object is what it is.
  const closed = isString ? `${rest.replace(/(?<!\\)((?:\\\\)*)\\$/u, '$1')}"` : rest;
  const beginnings = isString || /["\]}]$/u.test(rest) ? [closed + closing()] : [];
  const cuts = commas.toReversed().map((comma) => text.slice(start, comma.at) + comma.closing);
  return { end: null, beginnings: [...beginnings, ...cuts] };
}

function parseLoosely(candidate: string): unknown {
  const printable = candidate.replace(/[\u0000-\u001f]+/gu, ' ');
  for (const text of [candidate, printable, printable.replace(/,\s*([}\]])/gu, '$1')]) {
    try {
      return JSON.parse(text);
    } catch {
      // The next, more tolerant reading.
    }
  }
  return undefined;
}
