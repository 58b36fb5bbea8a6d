import { useState } from 'react';
import { formatAmount, formatNumber, formatSigned } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { Segments } from '../parts/Segments.tsx';
import { tokenColor, TOKEN_VIEWS, type TokenView } from './tokenColor.ts';
import type { TokenFacts } from './turnTokens.ts';
import type { Vocabulary } from './vocabulary.ts';

interface TokenCardProps {
  readonly title: string;
  readonly tokens: readonly TokenFacts[];
  readonly vocabulary: Vocabulary;
}

/** The sampled tokens of a strategy: as a coloured strip, and each with its numbers. */
export function TokenCard({ title, tokens, vocabulary }: TokenCardProps) {
  const [view, setView] = useState<TokenView>('logProb');
  const textOf = ({ tokenId }: TokenFacts) => vocabulary.get(tokenId) ?? `#${tokenId}`;
  return (
    <Card title={title} note={`strategy, ${formatAmount(tokens.length, 'token')}`}>
      <div className="card-body">
        <Segments
          label="Colour tokens by"
          options={TOKEN_VIEWS}
          selected={[view]}
          mode="one"
          onChange={([chosen = 'logProb']) => setView(chosen)}
        />
        <p className="token-strip" data-testid="token-strip">
          {tokens.map((token) => (
            <span key={token.position} className="token" style={{ background: tokenColor(token, view, tokens) }}>
              {textOf(token)}{' '}
            </span>
          ))}
        </p>
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">token</th>
                <th scope="col" className="number">
                  id
                </th>
                <th scope="col" className="number">
                  prob.
                </th>
                <th scope="col" className="number">
                  log-prob
                </th>
                <th scope="col" className="number">
                  entropy
                </th>
                <th scope="col" className="number">
                  KL
                </th>
                <th scope="col" className="number">
                  ratio
                </th>
                <th scope="col" className="number">
                  adv.
                </th>
              </tr>
            </thead>
            <tbody>
              {tokens.map((token) => (
                <tr key={token.position}>
                  <th scope="row">{textOf(token)}</th>
                  <td className="number">{token.tokenId}</td>
                  <td className="number">{Math.exp(token.logProb).toFixed(2)}</td>
                  <td className="number">{formatSigned(token.logProb)}</td>
                  <td className="number">{token.entropy.toFixed(2)}</td>
                  <td className="number">{formatNumber(token.klToBase)}</td>
                  <td className="number">{Number.isNaN(token.ratio) ? '–' : token.ratio.toFixed(3)}</td>
                  <td className="number">{formatSigned(token.advantage)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className="fine-print">
          Mask 1: exactly these tokens are trained on. Log-prob and entropy in nats, at sampling temperature; the ratio
          is that of the update’s first pass to sampling.
        </p>
      </div>
    </Card>
  );
}
