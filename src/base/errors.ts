/** What a person needs to know about a failure. The page, the command line and the worker's events all show these three. */
export interface Explanation {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/** An error that tells a person what broke, why, and what to do. `code` is stable and for programs. */
export class AppError extends Error implements Explanation {
  override readonly name: string = 'AppError';
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly fix: string;

  constructor(code: string, { what, why, fix }: Explanation, options?: ErrorOptions) {
    super(`${what} ${why} ${fix}`, options);
    this.code = code;
    this.what = what;
    this.why = why;
    this.fix = fix;
  }
}

/** Explains any thrown value: an `AppError` speaks for itself, anything else is a bug and says so. */
export function explain(thrown: unknown): Explanation & { readonly code: string } {
  if (thrown instanceof AppError) return { code: thrown.code, what: thrown.what, why: thrown.why, fix: thrown.fix };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'unexpected',
    what: 'Something went wrong that Parley did not expect.',
    why: message,
    fix: 'Reload and try again. If it comes back, report it with this message and the steps before it.',
  };
}

/** True when `thrown` is the abort of an `AbortSignal`: somebody asked us to stop, nothing is broken. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}

/** Makes a switch over a union exhaustive: a new member fails to compile until it is handled. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
