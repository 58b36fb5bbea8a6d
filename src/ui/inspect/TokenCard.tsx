import { useState } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { Episode } from '../../record/episode.ts';
import type { RunRow } from '../../storage/rows.ts';
import { formatAmount } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { Segments } from '../parts/Segments.tsx';
import { Alternatives } from './Alternatives.tsx';
import { tokenColor, TOKEN_VIEWS, type TokenView } from './tokenColor.ts';
import { TokenTable } from './TokenTable.tsx';
import type { TurnTokens } from './turnTokens.ts';
import { tokenText, type Vocabulary } from './vocabulary.ts';

interface TokenCardProps {
  readonly title: string;
  /** null until it is read. */
  readonly run: RunRow | null;
  readonly episode: Episode;
  readonly turnIndex: number;
  readonly tokens: TurnTokens;
  readonly vocabulary: Vocabulary;
  readonly view: TokenView;
  onView(view: TokenView): void;
}

/** The sampled tokens of a strategy: as a coloured strip, what else each could have been, and each with its numbers. */
export function TokenCard({ title, run, episode, turnIndex, tokens, vocabulary, view, onView }: TokenCardProps) {
  const { strategy } = tokens;
  const [chosen, choose] = useState<number | null>(null);
  // Until somebody chooses: the token that was least to be expected.
  const leastLikely = strategy.reduce((least, one) => (one.logProb < least.logProb ? one : least));
  const token = strategy.find(({ position }) => position === chosen) ?? leastLikely;
  const textOf = (tokenId: number) => tokenText(vocabulary, tokenId);
  return (
    <Card title={title} note={`strategy, ${formatAmount(strategy.length, 'token')}`}>
      <div className="card-body">
        <Segments
          label="Colour tokens by"
          options={TOKEN_VIEWS}
          selected={[view]}
          mode="one"
          onChange={([next = 'logProb']) => onView(next)}
        />
        <ToggleButtonGroup
          className="token-strip"
          aria-label="Tokens of the strategy"
          data-testid="token-strip"
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[token.position]}
          onSelectionChange={([position]) => choose(Number(position))}
        >
          {strategy.map((one) => (
            <ToggleButton
              key={one.position}
              id={one.position}
              className="token"
              style={{ background: tokenColor(one, view, strategy) }}
            >
              {textOf(one.tokenId)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        {run && (
          <Alternatives
            run={run}
            episode={episode}
            turnIndex={turnIndex}
            tokens={tokens}
            token={token}
            textOf={textOf}
          />
        )}
        <TokenTable tokens={strategy} selected={token.position} textOf={textOf} />
        <p className="fine-print">
          Mask 1: exactly these tokens are trained on. Log-prob and entropy in nats, at sampling temperature; the ratio
          is that of the update’s first pass to sampling.
        </p>
      </div>
    </Card>
  );
}
