import { RandomStream } from '../../base/random.ts';
import { everyStrategy } from '../../environment/negotiation/strategies.ts';
import { writeStrategy } from '../../environment/negotiation/strategyText.ts';
import type { Scenario } from '../../record/scenario.ts';

/** Every strategy that can be written for the table, in one of its wordings. */
export function strategyTexts({ counts }: Scenario, seed: number): string[] {
  const texts = everyStrategy(counts).map((strategy, index) =>
    writeStrategy(strategy, new RandomStream(seed, 'talk', 'wording', index)),
  );
  return [...new Set(texts)];
}
