import { AppError } from '../../../base/errors.ts';

export function damaged(why: string, cause?: unknown): AppError {
  return new AppError(
    'gguf-damaged',
    {
      what: 'The GGUF file is damaged.',
      why,
      fix: 'Download or export it again; a copy that was cut short looks like this.',
    },
    cause === undefined ? undefined : { cause },
  );
}

/** Readable, but not computable here. */
export function unsupported(why: string, fix: string): AppError {
  return new AppError('gguf-unsupported', { what: 'This GGUF file cannot be used here.', why, fix });
}
