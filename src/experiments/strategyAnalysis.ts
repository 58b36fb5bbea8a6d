import type { EpisodeResult } from '../record/experiment.ts';

/** A strategy as it was written, and when. */
export interface WrittenStrategy {
  readonly text: string;
  readonly family: string | null;
  readonly isFollowed: boolean | null;
  /** Of the seat's own turns: its first, its last where it has more, or one between. */
  readonly phase: Phase;
}
export const PHASES = ['first', 'middle', 'last'] as const;
export type Phase = (typeof PHASES)[number];

/** What a player wrote in its dialogues. */
export interface StrategyUse {
  readonly strategies: number;
  /** Different texts. */
  readonly texts: number;
  /** Different words, and different pairs of neighbouring words, as shares of all (Li et al. 2016, arXiv 1510.03055). */
  readonly distinct1: number;
  readonly distinct2: number;
  /** Strategies that the same player had written before in the same dialogue, as a share of those that had one before. */
  readonly repeated: number;
  readonly unreadable: number;
  /** Shares of readable strategies, the most frequent first. */
  readonly families: ReadonlyMap<string, number>;
  /** The same in each phase. */
  readonly byPhase: Readonly<Record<Phase, ReadonlyMap<string, number>>>;
}

/** The measured seat's strategies, dialogue by dialogue. */
export function strategiesIn({ turns, seat }: EpisodeResult): WrittenStrategy[] {
  const own = turns.filter((turn) => turn.seat === seat);
  return own.flatMap(({ strategy, family, isFollowed }, place) => {
    if (strategy === null) return [];
    const phase: Phase = place === 0 ? 'first' : place === own.length - 1 ? 'last' : 'middle';
    return [{ text: strategy, family, isFollowed, phase }];
  });
}

export function strategyUse(results: readonly EpisodeResult[]): StrategyUse {
  const dialogues = results.map(strategiesIn);
  const all = dialogues.flat();
  const words = all.map(({ text }) => text.toLowerCase().split(/\s+/).filter(Boolean));
  const pairs = words.flatMap((own) => own.slice(1).map((word, index) => `${own[index]} ${word}`));
  const later = dialogues.flatMap((own) =>
    own.slice(1).map(({ text }, place) => own.slice(0, place + 1).some((before) => before.text === text)),
  );
  const sharesIn = (phase?: Phase) =>
    shares(all.flatMap((one) => (one.family !== null && (!phase || one.phase === phase) ? [one.family] : [])));
  return {
    strategies: all.length,
    texts: new Set(all.map(({ text }) => text)).size,
    distinct1: distinct(words.flat()),
    distinct2: distinct(pairs),
    repeated: later.filter(Boolean).length / Math.max(1, later.length),
    unreadable: all.filter(({ family }) => family === null).length / Math.max(1, all.length),
    families: sharesIn(),
    byPhase: { first: sharesIn('first'), middle: sharesIn('middle'), last: sharesIn('last') },
  };
}

/** How far strategies are from those of another player. */
export interface Novelty {
  /** Strategies whose very text the other never wrote. */
  readonly newTexts: number;
  /** Mean share of a strategy's words and word pairs that the other never wrote. */
  readonly newPairs: number;
  /** Total variation distance of the families: the share that would have to be exchanged. */
  readonly familyShift: number;
  /** The most frequent texts that the other never wrote, with how often. */
  readonly examples: readonly { readonly text: string; readonly count: number }[];
}

export function novelty(results: readonly EpisodeResult[], others: readonly EpisodeResult[]): Novelty {
  const [own, known] = [results.flatMap(strategiesIn), others.flatMap(strategiesIn)];
  const knownTexts = new Set(known.map(({ text }) => text));
  const knownPieces = new Set(known.flatMap(({ text }) => piecesOf(text)));
  const fresh = own.filter(({ text }) => !knownTexts.has(text));
  const counts = new Map<string, number>();
  for (const { text } of fresh) counts.set(text, (counts.get(text) ?? 0) + 1);
  const newShare = (text: string) => {
    const pieces = piecesOf(text);
    return pieces.filter((piece) => !knownPieces.has(piece)).length / Math.max(1, pieces.length);
  };
  return {
    newTexts: fresh.length / Math.max(1, own.length),
    newPairs: own.reduce((sum, { text }) => sum + newShare(text), 0) / Math.max(1, own.length),
    familyShift: totalVariation(strategyUse(results).families, strategyUse(others).families),
    examples: [...counts]
      .sort(([one, often], [two, oftener]) => oftener - often || (one < two ? -1 : 1))
      .slice(0, 12)
      .map(([text, count]) => ({ text, count })),
  };
}

function piecesOf(text: string): string[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return [...words, ...words.slice(1).map((word, index) => `${words[index]} ${word}`)];
}

/** Half the sum of absolute differences of two distributions. */
export function totalVariation(one: ReadonlyMap<string, number>, two: ReadonlyMap<string, number>): number {
  const names = new Set([...one.keys(), ...two.keys()]);
  return [...names].reduce((sum, name) => sum + Math.abs((one.get(name) ?? 0) - (two.get(name) ?? 0)), 0) / 2;
}

function shares(labels: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return new Map(
    [...counts]
      .sort(([one, often], [two, oftener]) => oftener - often || (one < two ? -1 : 1))
      .map(([label, count]) => [label, count / labels.length]),
  );
}

function distinct(pieces: readonly string[]): number {
  return pieces.length === 0 ? 0 : new Set(pieces).size / pieces.length;
}
