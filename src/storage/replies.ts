import { wallClockMs } from '../base/clock.ts';
import type { LabDatabase } from './database.ts';
import { explainingStorage } from './errors.ts';
import { ReplyRow } from './rows.ts';

/** So many replies are kept; of some hundred tokens each, they take a few dozen megabytes. */
export const REPLY_CAPACITY = 50_000;
/** The oldest go in handfuls, so that not every reply counts all others. */
const HANDFUL = 1000;

/** What a chat server answered to the question of this hash; null when it was never asked, or the row cannot be read. */
export async function readReply(database: LabDatabase, key: string): Promise<string | null> {
  const row = await explainingStorage(() => database.replies.get(key));
  return ReplyRow.safeParse(row).data?.reply ?? null;
}

/** Keeps a reply, and makes room for it. @param capacity see `REPLY_CAPACITY` */
export async function keepReply(
  database: LabDatabase,
  key: string,
  reply: string,
  capacity = REPLY_CAPACITY,
): Promise<void> {
  const { replies } = database;
  await explainingStorage(() =>
    database.transaction('rw', replies, async () => {
      await replies.put({ key, reply, savedAtMs: wallClockMs() });
      const count = await replies.count();
      if (count <= capacity) return;
      const surplus = Math.max(count - capacity, Math.min(HANDFUL, Math.floor(capacity / 10)));
      await replies.bulkDelete(await replies.orderBy('savedAtMs').limit(surplus).primaryKeys());
    }),
  );
}
