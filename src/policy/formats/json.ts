import { z } from 'zod';
import { damagedFile } from './modelErrors.ts';

/** The value of a JSON file; undefined when there is none. @throws AppError `model-file-damaged` */
export function parseJson(bytes: Uint8Array | undefined, name: string): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damagedFile(name, 'It is not JSON.', cause);
  }
}

/** @throws AppError `model-file-damaged` when the value does not fit */
export function parseFile<Value>(schema: z.ZodType<Value>, value: unknown, name: string): Value {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw damagedFile(name, z.prettifyError(parsed.error));
  return parsed.data;
}

/** As a file that people can read. */
export function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}
