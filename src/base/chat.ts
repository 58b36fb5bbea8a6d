/** One message to or from a language model that converses, whoever serves it. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatQuestion {
  readonly messages: readonly ChatMessage[];
  /** Sampling temperature; 0 is greedy. */
  readonly temperature: number;
  /** Tokens the answer may have. */
  readonly tokenLimit: number;
}

export interface ChatAnswer {
  readonly text: string;
  /** `length`: cut at the token limit. `filtered`: withheld or cut by the server's rules. */
  readonly finish: 'stop' | 'length' | 'filtered';
}

/**
 * Asks a language model: a chat endpoint, a model on this machine's GPU, the browser's own, or a test's.
 *
 * @throws AppError when there is no answer to be had, with what the user can do; the signal's reason when it is aborted
 */
export type AskChat = (question: ChatQuestion, signal: AbortSignal) => Promise<ChatAnswer>;
