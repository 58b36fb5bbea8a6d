/**
 * Runs rules of somebody else's in a thread of its own. Imports nothing, so that nothing is left in the thread but this.
 *
 * Three things keep a rule in: the thread loses every global that is not the language itself (no network, no storage, no
 * clock, no chance, no messages), text can no longer be turned into code, and `import` is refused before that, the one way
 * out that is syntax and not a name. Time is kept from outside: whoever started the thread ends it.
 */

/** What a thread answers: points for each dialogue, or why there are none. Nothing of it is to be trusted. */
export type RuleReply =
  | { readonly kind: 'points'; readonly points: readonly unknown[] }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * The two things that a thread of rules does. Refers to nothing outside itself but the language: a thread of Node is started
 * from the text of this function (`cli/ruleThread.ts`).
 */
export function createSandbox() {
  /** Taken before the door is shut. */
  const compile = Function;
  const { deleteProperty, get, set } = Reflect;

  const ALLOWED = new Set(
    (
      'Object Array String Number Boolean BigInt Symbol Math JSON Map Set WeakMap WeakSet RegExp Error TypeError RangeError ' +
      'SyntaxError ReferenceError EvalError URIError AggregateError Iterator parseInt parseFloat isNaN isFinite NaN Infinity ' +
      'undefined Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array'
    ).split(' '),
  );

  /** Leaves a thread with the language alone. There is no way back; `scope` is the thread's global object. */
  function lockDown(scope: object): void {
    const makers = [function () {}, async function () {}, function* () {}, async function* () {}];
    for (const make of makers) {
      Object.defineProperty(Object.getPrototypeOf(make), 'constructor', { value: undefined, configurable: false });
    }
    deleteProperty(Math, 'random');
    const kept: unknown[] = [...ALLOWED].map((name) => get(scope, name));
    const iterators = [
      [][Symbol.iterator](),
      ''[Symbol.iterator](),
      new Map().entries(),
      new Set().values(),
      ''.matchAll(/./g),
    ];
    for (let level: object | null = scope; level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
      for (const name of Object.getOwnPropertyNames(level)) {
        if (ALLOWED.has(name) || deleteProperty(level, name)) continue;
        set(level, name, undefined);
      }
    }
    freezeAll([...kept, ...makers, ...iterators.map((iterator) => Object.getPrototypeOf(iterator))]);
  }

  /** Freezes everything that can be reached: a rule that leaves something behind would not be a function of its dialogue. */
  function freezeAll(seeds: readonly unknown[]): void {
    const seen = new Set<object>();
    const open = [...seeds];
    while (open.length > 0) {
      const value = open.pop();
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
      seen.add(value);
      Object.freeze(value);
      open.push(Object.getPrototypeOf(value));
      for (const property of Object.values(Object.getOwnPropertyDescriptors(value))) {
        open.push(property.value, property.get, property.set);
      }
    }
  }

  /** Calls the rule with each dialogue. It has to be an expression that is a function. */
  function runRule(source: string, dialogues: readonly unknown[]): RuleReply {
    if (/\bimport\b/u.test(source)) return { kind: 'failed', reason: 'a rule may not use the word “import”' };
    try {
      const rule: unknown = compile(`"use strict"; return (${source}\n);`)();
      if (typeof rule !== 'function') return { kind: 'failed', reason: 'the text is not a function' };
      return { kind: 'points', points: dialogues.map((dialogue) => rule(dialogue)) };
    } catch (thrown) {
      return { kind: 'failed', reason: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown) };
    }
  }

  return { lockDown, runRule };
}
