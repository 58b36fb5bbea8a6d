/** What was measured, by dotted key (`report.ts`), and why some of it was not. Plain data: it can leave a page. */
export interface Measurements {
  readonly samples: Readonly<Record<string, readonly number[]>>;
  readonly unavailable: Readonly<Record<string, string>>;
}

/** Collects measurements of one run. */
export class Recorder implements Measurements {
  readonly samples: Record<string, readonly number[]> = {};
  readonly unavailable: Record<string, string> = {};

  put(key: string, values: readonly number[]): void {
    this.samples[key] = values;
  }

  /** An opponent that fails is no reason to lose the others' figures. */
  async attempt<Value>(key: string, work: () => Promise<Value>): Promise<Value | null> {
    try {
      return await work();
    } catch (cause) {
      this.unavailable[key] = cause instanceof Error ? cause.message : String(cause);
      return null;
    }
  }
}
