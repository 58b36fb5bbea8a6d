import type { RunEvent } from '../src/record/runEvent.ts';

/** Tokens arrive faster than a screen can show: news travels to the page once per this many milliseconds. */
const PERIOD_MS = 60;

/**
 * Collects news and hands it over in order, in batches. Of the texts that replace one another (a turn being written, a
 * phase's progress) only the last of a batch travels.
 */
export class EventBatcher {
  private events: RunEvent[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly deliver: (events: RunEvent[]) => void;

  constructor(deliver: (events: RunEvent[]) => void) {
    this.deliver = deliver;
  }

  add(event: RunEvent): void {
    const last = this.events.at(-1);
    if (last && replaces(event, last)) this.events.pop();
    this.events.push(event);
    this.timer ??= setTimeout(() => this.flush(), PERIOD_MS);
  }

  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const events = this.events;
    this.events = [];
    if (events.length > 0) this.deliver(events);
  }
}

function replaces(next: RunEvent, last: RunEvent): boolean {
  if (next.kind === 'phase.progressed' && last.kind === 'phase.progressed') return next.phase === last.phase;
  return (
    next.kind === 'turn.streamed' &&
    last.kind === 'turn.streamed' &&
    next.episodeId === last.episodeId &&
    next.turnIndex === last.turnIndex &&
    next.role === last.role
  );
}
