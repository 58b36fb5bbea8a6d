import { useMemo, useState } from 'react';
import { formatAmount } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { Segments } from '../parts/Segments.tsx';
import type { TokenFacts } from './turnTokens.ts';
import type { Vocabulary } from './vocabulary.ts';

type Notation = 'text' | 'ids';

const NOTATIONS = [
  { id: 'text', label: 'text' },
  { id: 'ids', label: 'ids' },
] as const satisfies readonly { readonly id: Notation; readonly label: string }[];

interface ContextViewProps {
  readonly tokens: readonly TokenFacts[];
  readonly vocabulary: Vocabulary;
}

/** Every token that the strategist had read, in order; its own earlier strategies are marked. */
export function ContextView({ tokens, vocabulary }: ContextViewProps) {
  const [notation, setNotation] = useState<Notation>('text');
  // Pieces of words bring their spaces along; whole words do not.
  const between = useMemo(
    () => ([...vocabulary.values()].some((text) => text.startsWith(' ')) ? '' : ' '),
    [vocabulary],
  );
  return (
    <Card
      title="Exact context"
      note={formatAmount(tokens.length, 'token')}
      tools={
        <Segments
          label="Context as"
          options={NOTATIONS}
          selected={[notation]}
          mode="one"
          onChange={([chosen = 'text']) => setNotation(chosen)}
        />
      }
    >
      <div className="card-body">
        <p className="context" data-testid="exact-context">
          {tokens.map(({ position, tokenId, isSampled }) => (
            <span key={position} className={isSampled ? 'is-sampled' : ''}>
              {notation === 'ids' ? `${tokenId} ` : `${vocabulary.get(tokenId) ?? `#${tokenId}`}${between}`}
            </span>
          ))}
        </p>
        <p className="fine-print">
          Underlined: sampled by the strategist in earlier turns. The rest was fed and is masked.
        </p>
      </div>
    </Card>
  );
}
