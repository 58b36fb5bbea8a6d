const HIDDEN = '[key]';

/**
 * A key to somebody's account. Printing, logging, cloning or saving it shows `[key]` or nothing; only the network port
 * asks it to sign a request.
 */
export class ApiKey {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value.trim();
  }

  /** The headers of a request, signed. */
  sign(headers: Readonly<Record<string, string>>): Record<string, string> {
    return { ...headers, authorization: `Bearer ${this.#value}` };
  }

  /** The text without the key: servers like to repeat a key that they refuse, whole or with its middle starred. */
  redact(text: string): string {
    if (this.#value.length === 0) return text;
    const start = this.#value.slice(0, 4).replace(/[^\w-]/gu, '\\$&');
    return text.replaceAll(this.#value, HIDDEN).replace(new RegExp(`${start}[\\w-]*\\*+[\\w-]*`, 'gu'), HIDDEN);
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }
}
