import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AppError } from '../src/base/errors.ts';

/** One command of `npm run parley`. Options are also its help text: one home for both. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, Option>>;
  /** The option whose value may stand right after the command's name. */
  readonly first?: string;
  run(options: Options, terminal: Terminal): Promise<unknown>;
}

export interface Option {
  readonly help: string;
  /** Shown as the value's name; absent for switches. */
  readonly value?: string;
  readonly fallback?: string;
  readonly isRequired?: boolean;
}

/** Where a command talks to the person: progress on standard error, results on standard output. */
export interface Terminal {
  readonly isJson: boolean;
  progress(share: number, text: string): void;
  line(text: string): void;
}

/** Parsed options of a command, with the type of trouble that each may have. */
export class Options {
  private readonly values: Readonly<Record<string, string | boolean | undefined>>;

  constructor(values: Readonly<Record<string, string | boolean | undefined>>) {
    this.values = values;
  }

  /** The same with one more. */
  with(name: string, value: string): Options {
    return new Options({ ...this.values, [name]: value });
  }

  text(name: string): string {
    const value = this.values[name];
    if (typeof value !== 'string') throw usage(`--${name} is missing.`, `Add --${name}.`);
    return value;
  }

  optional(name: string): string | null {
    const value = this.values[name];
    return typeof value === 'string' ? value : null;
  }

  isSet(name: string): boolean {
    return this.values[name] === true;
  }

  number(name: string, low: number, high: number): number {
    const value = Number(this.text(name));
    if (this.text(name).trim() === '' || !(value >= low && value <= high)) {
      throw usage(`--${name} is "${this.text(name)}".`, `Give a number from ${low} to ${high}.`);
    }
    return value;
  }

  integer(name: string, low: number, high: number): number {
    const value = this.number(name, low, high);
    if (!Number.isInteger(value)) throw usage(`--${name} is "${value}".`, 'Give a whole number.');
    return value;
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    const value = this.text(name);
    const choice = choices.find((candidate) => candidate === value);
    if (!choice) throw usage(`--${name} is "${value}".`, `Choose one of: ${choices.join(', ')}.`);
    return choice;
  }
}

export function usage(why: string, fix: string): AppError {
  return new AppError('bad-arguments', { what: 'The command cannot run like this.', why, fix });
}

/** Reads the arguments of a command. @throws AppError `bad-arguments` that names the options there are */
export function parseOptions(command: Command, words: readonly string[]): Options {
  const declared: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, option] of Object.entries(withCommon(command.options))) {
    declared[name] = { type: option.value ? 'string' : 'boolean' };
  }
  try {
    const [head] = words;
    const isBare = command.first !== undefined && head !== undefined && !head.startsWith('-');
    const args = isBare ? [`--${command.first}`, ...words] : [...words];
    const { values } = parseArgs({ args, options: declared, strict: true, allowPositionals: false });
    const filled: Record<string, string | boolean | undefined> = {};
    for (const [name, option] of Object.entries(withCommon(command.options))) {
      const given = values[name];
      filled[name] = Array.isArray(given) ? undefined : (given ?? option.fallback);
      if (option.isRequired && filled[name] === undefined)
        throw usage(`--${name} is missing.`, `Add --${name} ${option.value}.`);
    }
    return new Options(filled);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const names = Object.keys(withCommon(command.options)).map((name) => `--${name}`);
    throw usage(
      cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause),
      `Options of ${command.name}: ${names.join(', ')}.`,
    );
  }
}

const withCommon = (options: Command['options']): Command['options'] => ({
  ...options,
  json: { help: 'print the result as JSON on standard output, nothing else' },
  help: { help: 'show this help' },
});

/** The help of one command. */
export function helpOf(command: Command): string {
  const lines = Object.entries(withCommon(command.options)).map(([name, { value, help, fallback, isRequired }]) => {
    const left = `  --${name}${value ? ` ${value}` : ''}`;
    const note = isRequired ? ' (required)' : fallback === undefined ? '' : ` (default ${fallback})`;
    return `${left.padEnd(30)} ${help}${note}`;
  });
  return [`npm run parley -- ${command.name} [options]`, '', command.summary, '', ...lines].join('\n');
}
