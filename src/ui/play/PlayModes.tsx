import { formatRoute } from '../route.ts';
import { changesOfTalk } from '../talk/talkSettings.ts';
import { useTalk } from '../talk/talkStore.ts';
import { changesOfPlay } from './playSettings.ts';
import { usePlay } from './playStore.ts';

/** Two ways to meet a model: sit at the table, or read every answer twice. */
export function PlayModes({ mode }: { readonly mode: 'play' | 'talk' }) {
  const play = usePlay((store) => store.settings);
  const talk = useTalk((store) => store.settings);
  const modes = [
    { id: 'play', label: 'Take a seat', href: formatRoute({ screen: 'play', changes: changesOfPlay(play) }) },
    { id: 'talk', label: 'Two answers', href: formatRoute({ screen: 'talk', changes: changesOfTalk(talk) }) },
  ] as const;
  return (
    <nav className="play-modes" aria-label="Ways to play">
      {modes.map(({ id, label, href }) => (
        <a key={id} className="play-mode" href={href} aria-current={id === mode ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  );
}
