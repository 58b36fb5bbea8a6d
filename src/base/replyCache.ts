/** Replies of language models by the hash of the question. A port: a folder in Node, memory in a test and in a worker. */
export interface ReplyCache {
  /** undefined when the question is new. */
  get(key: string): Promise<string | undefined>;
  set(key: string, reply: string): Promise<void>;
}

/** Keeps the latest `capacity` replies, and forgets them with the tab. */
export class MemoryReplyCache implements ReplyCache {
  private readonly replies = new Map<string, string>();
  private readonly capacity: number;

  constructor(capacity = 10_000) {
    this.capacity = capacity;
  }

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.replies.get(key));
  }

  set(key: string, reply: string): Promise<void> {
    const oldest = this.replies.size >= this.capacity ? this.replies.keys().next().value : undefined;
    if (oldest !== undefined) this.replies.delete(oldest);
    this.replies.set(key, reply);
    return Promise.resolve();
  }
}
