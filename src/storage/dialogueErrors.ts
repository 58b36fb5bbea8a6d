import type { z } from 'zod';
import { AppError } from '../base/errors.ts';

/** The first thing that is wrong, with the path to it: `turns[3].score: Invalid input …`. */
export function describeIssue({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (!issue) return 'it has another form than expected.';
  const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `${path.replace(/^\./, '') || 'the whole'}: ${issue.message}.`;
}

/** Why a file of dialogues was refused. @param why with the line or the entry, and the field */
export function unreadable(name: string, why: string): AppError {
  return new AppError('dialogues-unreadable', {
    what: `${name} cannot be learned from. Nothing of it was taken.`,
    why,
    fix: 'Give episodes.jsonl of a run (train, or Download the episodes), or a JSON list of {"conversations": [{"from": "human", "value": …}, {"from": "gpt", "value": …, "score": "0.5"}, …]}.',
  });
}
