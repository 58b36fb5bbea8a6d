import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { environmentOf } from '../../src/environment/registry.ts';
import { Recipe } from '../../src/record/dialogueLesson.ts';
import { LEFT_OUT, type LeftOut, type Selection } from '../../src/record/dialogueSelection.ts';
import type { Dialogue, DialogueSet } from '../../src/record/dialogueSet.ts';
import { planLesson } from '../../src/record/planLesson.ts';
import { Rating } from '../../src/record/rating.ts';
import { RunConfig } from '../../src/record/runConfig.ts';
import { unreadable } from '../../src/storage/dialogueErrors.ts';
import { readDialogues } from '../../src/storage/dialogueFiles.ts';
import { usage, type Options, type Terminal } from '../arguments.ts';
import { CHECKPOINT_HELP } from '../checkpointWeights.ts';

/** Learning from dialogues that exist already: options of `train`. */
export const OFFLINE_OPTIONS = {
  dialogues: {
    value: 'FILE',
    help: 'learn from these instead of playing: episodes.jsonl of a run, or ShareGPT with scores (EPO)',
  },
  recipe: {
    value: 'RECIPE',
    help: 'with --dialogues: sft, epo (Equation 5), own (the objective of the config)',
    fallback: 'sft',
  },
  epochs: { value: 'N', help: 'with --dialogues: passes over them', fallback: '3' },
  'warm-start': { value: 'K', help: 'with --dialogues: K updates from them, and then those of the config play' },
  'minimum-points': { value: 'P', help: 'with --dialogues: only sides that earned at least P of 10', fallback: '0' },
  'top-share': { value: 'S', help: 'with --dialogues: of those, the share that earned most', fallback: '1' },
  readable: { help: 'with --dialogues: only sides whose strategies could all be read' },
  ratings: { value: 'FILE', help: 'with --dialogues: {"episodeId": …, "turnIndex": …, "value": 1 or -1}, one a line' },
  'rating-weight': { value: 'W', help: 'with --ratings: w of (1 − w) · score + w · rating', fallback: '0.5' },
  'recorded-ratios': { help: 'with --recipe own: importance ratios to the policy that sampled the dialogues' },
  from: { value: 'DIR', help: `begin with the weights of ${CHECKPOINT_HELP} of another run` },
} as const;

/** Those of them that begin something new. */
export const OFFLINE_NAMES = ['dialogues', 'ratings', 'warm-start', 'from'] as const;

export interface Lesson {
  readonly config: RunConfig;
  readonly dialogues: readonly Dialogue[];
}

/** The run that the options order; as it is, where they name no dialogues. @throws AppError */
export async function withLesson(options: Options, config: RunConfig, terminal: Terminal): Promise<Lesson> {
  const path = options.optional('dialogues');
  if (path === null) {
    const alone = (['warm-start', 'ratings'] as const).find((name) => options.optional(name) !== null);
    if (alone) throw usage(`--${alone} wants dialogues.`, 'Add --dialogues FILE.');
    if (config.dialogues) throw usage('The config names a lesson, and nobody says where its dialogues are.', 'Take "dialogues" out of it and add --dialogues FILE.'); // prettier-ignore
    return { config, dialogues: [] };
  }
  const set = await withRatings(await dialoguesAt(path), options.optional('ratings'));
  const warmStart = options.optional('warm-start');
  const length =
    warmStart === null
      ? { epochs: options.integer('epochs', 1, 1000) }
      : { updates: options.integer('warm-start', 1, 100_000) };
  const planned = planLesson(
    config,
    set.dialogues,
    {
      origin: set.origin,
      scores: set.scores,
      recipe: options.choice('recipe', Recipe.options),
      ratingWeight: options.optional('ratings') === null ? 0 : options.number('rating-weight', 0, 1),
      ratios: options.isSet('recorded-ratios') ? 'recorded' : 'none',
      filter: {
        minimumPoints: options.number('minimum-points', 0, 10),
        topShare: options.number('top-share', 1e-6, 1),
        readableOnly: options.isSet('readable'),
      },
      ...length,
    },
    warmStart === null ? 0 : config.updates,
  );
  for (const line of describeSelection(set, planned.selection)) terminal.line(line);
  return { config: planned.config, dialogues: planned.selection.dialogues };
}

/** What a person hears before the run begins. */
export function describeSelection({ origin }: Pick<DialogueSet, 'origin'>, selection: Selection): string[] {
  const { given, kept, leftOut } = selection;
  const reasons = Object.entries(LEFT_OUT).flatMap(([name, why]) => {
    const sides = leftOut[name as LeftOut]; // the names are those of the table
    return sides > 0 ? [`${sides} because ${why}`] : [];
  });
  return [
    `${origin}: ${given.dialogues} dialogues, ${given.sides} sides, ${given.turns} own turns, ${given.scoredTurns} scored, ${given.ratedTurns} rated`,
    `learned from: ${kept.sides} sides of ${kept.dialogues} dialogues, ${kept.turns} turns${reasons.length > 0 ? `; left out: ${reasons.join(', ')}` : ''}`,
  ];
}

/** The turn limit is that of the run beside the file, where there is one. */
async function dialoguesAt(path: string): Promise<DialogueSet> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw usage(`There is no ${path}.`, 'Give a file of dialogues.');
  });
  const beside = await readFile(join(dirname(path), 'config.json'), 'utf8').catch(() => '{"environment": 0}');
  const config = RunConfig.safeParse(jsonOf(beside)).data;
  const turnLimit = config ? config.turnLimit || environmentOf(config.environment).turnLimit : null;
  return readDialogues(basename(path), text, turnLimit);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const RatingLine = Rating.partial({ ratedAtMs: true });

async function withRatings(set: DialogueSet, path: string | null): Promise<DialogueSet> {
  if (path === null) return set;
  const text = await readFile(path, 'utf8').catch(() => {
    throw usage(`There is no ${path}.`, 'Give a file of ratings.');
  });
  const ratings = new Map(
    text.split('\n').flatMap((line, index) => {
      if (line.trim() === '') return [];
      const parsed = RatingLine.safeParse(jsonOf(line));
      if (parsed.success) return [[`${parsed.data.episodeId}/${parsed.data.turnIndex}`, parsed.data.value] as const];
      throw unreadable(path, `Line ${index + 1}: ${z.prettifyError(parsed.error)}`);
    }),
  );
  const dialogues = set.dialogues.map((dialogue) => ({
    ...dialogue,
    turns: dialogue.turns.map((turn, index) => ({
      ...turn,
      rating: ratings.get(`${dialogue.dialogueId}/${index}`) ?? turn.rating,
    })),
  }));
  return { ...set, dialogues };
}
