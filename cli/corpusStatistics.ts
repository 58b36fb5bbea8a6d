import type { Dialogue } from '../src/environment/lessons.ts';

/** Gathers, dialogue by dialogue, what a model card says about a corpus. */
export class CorpusStatistics {
  private dialogues = 0;
  private turns = 0;
  private words = 0;
  private longestContext = 0;
  private readonly ends = new Map<string, number>();
  private readonly pointsOf = new Map<string, { sum: number; seats: number }>();
  private readonly utterances = new Map<string, number>();
  private readonly vocabulary = new Set<string>();
  private spoken = 0;

  add({ temperaments, contexts, points, endReason, turns }: Dialogue): void {
    this.dialogues++;
    this.turns += turns;
    this.ends.set(endReason, (this.ends.get(endReason) ?? 0) + 1);
    temperaments.forEach((temperament, seat) => {
      const record = this.pointsOf.get(temperament) ?? { sum: 0, seats: 0 };
      this.pointsOf.set(temperament, { sum: record.sum + (points[seat] ?? 0), seats: record.seats + 1 });
    });
    for (const context of contexts) {
      const words = context.flatMap(({ text }) => text.split(' '));
      this.words += words.length;
      this.longestContext = Math.max(this.longestContext, words.length);
      for (const word of words) this.vocabulary.add(word.toLowerCase().replace(/[^a-z0-9']/g, ''));
      for (const { role, text } of context) {
        if (role !== 'utterance') continue;
        this.spoken++;
        const masked = text.replace(/\d+/g, '#');
        this.utterances.set(masked, (this.utterances.get(masked) ?? 0) + 1);
      }
    }
  }

  summary() {
    const byCount = [...this.utterances].sort(([, one], [, other]) => other - one);
    return {
      dialogues: this.dialogues,
      turnsPerDialogue: this.turns / this.dialogues,
      words: this.words,
      longestContextWords: this.longestContext,
      distinctWords: this.vocabulary.size,
      endShares: Object.fromEntries([...this.ends].map(([end, count]) => [end, count / this.dialogues])),
      pointsByTemperament: Object.fromEntries(
        [...this.pointsOf].map(([temperament, { sum, seats }]) => [temperament, sum / seats]),
      ),
      pointsPerSeat: this.meanPoints(),
      /** Digits masked: how much of what is said is the same sentence. */
      mostFrequent: byCount.slice(0, 5).map(([text, count]) => ({ text, share: count / this.spoken })),
    };
  }

  private meanPoints(): number {
    const all = [...this.pointsOf.values()];
    const seats = all.reduce((sum, record) => sum + record.seats, 0);
    return all.reduce((sum, record) => sum + record.sum, 0) / seats;
  }
}
