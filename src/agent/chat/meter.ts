import type { ChatMessage } from '../../base/chat.ts';
import { AppError } from '../../base/errors.ts';
import type { ChatEndpoint, ChatUsage, TokenPrices } from '../../record/chatEndpoint.ts';

/** Tokens of one attempt as far as the server counted them; null where it did not. */
export interface TokenCount {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The next question might not fit into what is left. Running ones are finished; whoever asks stops, or does without. */
export class BudgetSpentError extends AppError {
  override readonly name = 'BudgetSpentError';

  constructor(what: string, why: string) {
    super('chat-budget-spent', {
      what,
      why,
      fix: 'Everything so far is kept. Raise the budget to go on from here, or choose a cheaper or local agent.',
    });
  }
}

/**
 * Counts tokens and money of one server, and keeps within the budget: every question first reserves the most that it could
 * use, so that questions that run side by side cannot overspend together.
 */
export class ChatMeter {
  private readonly limits: Pick<ChatEndpoint, 'prices' | 'costLimit' | 'tokenLimit'>;
  private counts = { requests: 0, retries: 0, inputTokens: 0, outputTokens: 0, estimatedTokens: 0 };
  private reserved: TokenCount = { inputTokens: 0, outputTokens: 0 };

  constructor(limits: Pick<ChatEndpoint, 'prices' | 'costLimit' | 'tokenLimit'>) {
    if (limits.costLimit !== null && limits.prices === null) {
      throw new AppError('chat-prices-missing', {
        what: 'A limit on the cost was set, but the cost is not known.',
        why: 'The prices per million tokens are missing.',
        fix: 'Enter both prices, or set a limit on tokens instead.',
      });
    }
    this.limits = limits;
  }

  /**
   * Sets aside what an attempt may use at most.
   * @returns books what it did use, once; without a count, by the length of the text that came back
   * @throws BudgetSpentError
   */
  reserve(messages: readonly ChatMessage[], tokenLimit: number): (count: TokenCount | null, textSoFar: string) => void {
    const most = { inputTokens: estimateTokens(messages), outputTokens: tokenLimit };
    this.check(most);
    this.reserved = add(this.reserved, most);
    return (count, textSoFar) => {
      this.reserved = add(this.reserved, { inputTokens: -most.inputTokens, outputTokens: -most.outputTokens });
      const used = count ?? { inputTokens: most.inputTokens, outputTokens: Math.ceil(textSoFar.length / 4) };
      this.counts = { ...this.counts, ...add(this.counts, used), requests: this.counts.requests + 1 };
      if (count === null) this.counts.estimatedTokens += used.inputTokens + used.outputTokens;
    };
  }

  countRetry(): void {
    this.counts.retries++;
  }

  usage(): ChatUsage {
    return { ...this.counts, cost: costOf(this.counts, this.limits.prices) };
  }

  private check(most: TokenCount): void {
    const { prices, costLimit, tokenLimit } = this.limits;
    const after = add(add(this.counts, this.reserved), most);
    const tokens = after.inputTokens + after.outputTokens;
    if (tokenLimit !== null && tokens > tokenLimit) {
      throw new BudgetSpentError(
        'The token budget for the chat server is spent.',
        `The next question could bring the total to ${tokens} tokens; ${tokenLimit} are allowed.`,
      );
    }
    const cost = costOf(after, prices);
    if (costLimit !== null && cost !== null && cost > costLimit) {
      throw new BudgetSpentError(
        'The money budget for the chat server is spent.',
        `The next question could bring the cost to ${cost.toFixed(4)}; ${costLimit} is allowed.`,
      );
    }
  }
}

function add(first: TokenCount, second: TokenCount): TokenCount {
  return {
    inputTokens: first.inputTokens + second.inputTokens,
    outputTokens: first.outputTokens + second.outputTokens,
  };
}

function costOf({ inputTokens, outputTokens }: TokenCount, prices: TokenPrices | null): number | null {
  return prices && (inputTokens * prices.inputPerMillion + outputTokens * prices.outputPerMillion) / 1e6;
}

/** Tokens of a message's own markup, in the formats that we know. */
const TOKENS_PER_MESSAGE = 8;

/** More than a tokenizer makes of it: a token has about four letters of English, and may be a single one of other scripts. */
export function estimateTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => {
    const plain = content.match(/[\x20-\x7e]/gu)?.length ?? 0;
    return sum + TOKENS_PER_MESSAGE + Math.ceil(plain / 3) + 2 * (content.length - plain);
  }, 0);
}
