import { wallClockMs } from '../../base/clock.ts';
import type { Episode, Turn } from '../../record/episode.ts';
import type { RatingValue } from '../../record/rating.ts';
import { listEpisodeRatings } from '../../storage/ratings.ts';
import { database, useLive } from '../database.ts';
import { Thumbs } from '../dialogue/Thumbs.tsx';
import { Card } from '../parts/Card.tsx';
import { episodePath } from '../queries.ts';
import { useSession } from '../session.ts';
import { reporting } from '../storage/reporting.ts';

interface RatingCardProps {
  readonly runId: string;
  readonly episode: Episode;
  readonly turn: Turn;
}

/** A person's opinion of the turn. It is kept with the run and goes along when its episodes are exported. */
export function RatingCard({ runId, episode, turn }: RatingCardProps) {
  const { storage } = useSession();
  const { episodeId } = episode;
  const { turnIndex } = turn;
  const ratings = useLive(ratingsAt, episodePath(runId, episodeId)).value;
  const value = ratings?.find((rating) => rating.turnIndex === turnIndex)?.value ?? null;
  const rate = (chosen: RatingValue | null) =>
    void reporting(
      chosen === null
        ? storage.unrateTurn(runId, episodeId, turnIndex)
        : storage.rateTurn(runId, { episodeId, turnIndex, value: chosen, ratedAtMs: wallClockMs() }),
    );
  return (
    <Card
      title="Your rating"
      note={value === null ? 'none yet' : value === 1 ? 'good' : 'bad'}
      tools={<Thumbs what={`turn ${turnIndex + 1}`} value={value} isDisabled={!ratings} onChange={rate} />}
    >
      <p className="card-body fine-print">Kept with the run, exported with its episodes; runs can be trained on it.</p>
    </Card>
  );
}

/** @param path `runId/episodeId`, each escaped */
async function ratingsAt(path: string | null) {
  const [runId = '', episodeId = ''] = (path ?? '').split('/').map(decodeURIComponent);
  return path === null ? [] : listEpisodeRatings(database, runId, episodeId);
}
