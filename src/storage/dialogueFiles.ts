import { z } from 'zod';
import { Dialogue, dialogueOf, type DialogueSet } from '../record/dialogueSet.ts';
import { describeIssue, unreadable } from './dialogueErrors.ts';
import { readShareGpt } from './dialogueShareGpt.ts';
import { ExportedEpisode, type ExportedTrace } from './export/episodes.ts';

/**
 * Reads dialogues to learn from, all of them or none. Three forms, told apart by what stands in the file: `episodes.jsonl` of a
 * run, the lab's own dialogues (one JSON a line each), and ShareGPT with scores, as the released code of EPO reads it.
 *
 * @param name of the file, for people
 * @param turnLimit of the run that played them, where somebody knows it
 * @throws AppError `dialogues-unreadable` with the line and the field
 */
export function readDialogues(name: string, text: string, turnLimit: number | null = null): DialogueSet {
  const start = text.trimStart();
  if (start === '') throw unreadable(name, 'The file is empty.');
  if (start.startsWith('[')) return { origin: name, scores: 'weights', dialogues: readShareGpt(name, text) };
  const dialogues = jsonLinesOf(name, text).flatMap(({ json, line }) => {
    const isEpisode = z.looseObject({ episodeId: z.unknown() }).safeParse(json).data?.episodeId !== undefined;
    if (!isEpisode) return [parsed(Dialogue, json, name, line)];
    const { traces, ...episode } = parsed(ExportedEpisode, json, name, line);
    const own = traces.map((trace) => sampledTrace(episode.episodeId, trace));
    return dialogueOf(episode, own, [], turnLimit) ?? [];
  });
  if (dialogues.length === 0) {
    throw unreadable(name, 'No strategist was advised throughout in any of its dialogues.');
  }
  assertDistinct(name, dialogues);
  return { origin: name, scores: 'rewards', dialogues };
}

/** The lab's own form: one dialogue a line. */
export function dialogueLines(dialogues: readonly Dialogue[]): string {
  return dialogues.map((dialogue) => `${JSON.stringify(dialogue)}\n`).join('');
}

function jsonLinesOf(name: string, text: string): { readonly json: unknown; readonly line: number }[] {
  return text.split('\n').flatMap((content, index) => {
    if (content.trim() === '') return [];
    const line = index + 1;
    try {
      return [{ json: JSON.parse(content) as unknown, line }];
    } catch (cause) {
      throw unreadable(name, `Line ${line} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  });
}

function parsed<Value>(schema: z.ZodType<Value>, json: unknown, name: string, line: number): Value {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw unreadable(name, `Line ${line}: ${describeIssue(result.error)}`);
}

function assertDistinct(name: string, dialogues: readonly Dialogue[]): void {
  const known = new Set<string>();
  for (const { dialogueId } of dialogues) {
    if (known.has(dialogueId)) throw unreadable(name, `The dialogue "${dialogueId}" is in it twice.`);
    known.add(dialogueId);
  }
}

/** Numbers of a file as the arrays of a trace. */
function sampledTrace(episodeId: string, { seat, tokenIds, sampledMask, ownTurnIndex, logProbs }: ExportedTrace) {
  return {
    episodeId,
    seat,
    tokenIds: Int32Array.from(tokenIds),
    sampledMask: Uint8Array.from(sampledMask),
    ownTurnIndex: Int16Array.from(ownTurnIndex),
    logProbs: Float32Array.from(logProbs),
  };
}
