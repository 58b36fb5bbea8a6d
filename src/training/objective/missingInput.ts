import { AppError } from '../../base/errors.ts';

/** @throws AppError `objective-input`: a formula asks for something that the batch does not have */
export function missingInput(what: string): never {
  throw new AppError('objective-input', {
    what: 'The batch cannot be learned from with this objective.',
    why: `It needs ${what}, which the batch does not have.`,
    fix: 'Supply it with the episodes, or choose an objective that does without.',
  });
}
