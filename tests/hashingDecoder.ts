import { hash32 } from '../src/base/hash.ts';
import type { Decoder, DrawnToken, StepRow } from '../src/policy/engine.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';

/** Draws a token that depends on everything its slot was fed: another context would draw other words. */
export class HashingDecoder implements Decoder {
  readonly slotCount = 8;
  readonly fed = new Map<number, number[]>();
  private readonly choices: readonly number[];

  constructor({ chatFormat, tokenizer }: Pick<LoadedCheckpoint, 'chatFormat' | 'tokenizer'>) {
    const words = tokenizer.encodePlain('hat hats book ball you i take get', ' ');
    this.choices = [chatFormat.strategyEnd, chatFormat.actionEnd, ...words];
  }

  async step(rows: readonly StepRow[]): Promise<readonly DrawnToken[]> {
    return rows.flatMap(({ slot, position, tokenId, draw }) => {
      const context = this.fed.get(slot) ?? [];
      this.fed.set(slot, context);
      if (position !== context.length)
        throw new Error(`slot ${slot} was fed ${position} after ${context.length} tokens`);
      context.push(tokenId);
      if (!draw) return [];
      const { choices } = this;
      const drawn =
        choices[hash32(`${context.join()}/${draw.key.join()}/${draw.counter}/${draw.temperature}`) % choices.length];
      return [{ tokenId: drawn ?? 0, logProb: -1, entropy: 1 }];
    });
  }

  fork(): void {
    throw new Error('nobody forks here');
  }

  [Symbol.dispose](): void {}
}
