import { formatNumber, formatSigned } from '../format.ts';
import type { TokenFacts } from './turnTokens.ts';

interface TokenTableProps {
  readonly tokens: readonly TokenFacts[];
  /** Position of the token that was chosen. */
  readonly selected: number;
  textOf(tokenId: number): string;
}

const COLUMNS: readonly { readonly name: string; show(token: TokenFacts): string }[] = [
  { name: 'id', show: ({ tokenId }) => String(tokenId) },
  { name: 'prob.', show: ({ logProb }) => Math.exp(logProb).toFixed(2) },
  { name: 'log-prob', show: ({ logProb }) => formatSigned(logProb) },
  { name: 'entropy', show: ({ entropy }) => entropy.toFixed(2) },
  { name: 'KL', show: ({ klToBase }) => formatNumber(klToBase) },
  { name: 'ratio', show: ({ ratio }) => (Number.isNaN(ratio) ? '–' : ratio.toFixed(3)) },
  { name: 'adv.', show: ({ advantage }) => formatSigned(advantage) },
];

/** Each sampled token with its numbers. */
export function TokenTable({ tokens, selected, textOf }: TokenTableProps) {
  return (
    <div className="table-scroll" tabIndex={0} role="group" aria-label="Tokens and their numbers, table">
      <table className="table" data-testid="token-table">
        <thead>
          <tr>
            <th scope="col">token</th>
            {COLUMNS.map(({ name }) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.position} className={token.position === selected ? 'is-sampled' : ''}>
              <th scope="row">{textOf(token.tokenId)}</th>
              {COLUMNS.map(({ name, show }) => (
                <td key={name} className="number">
                  {show(token)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
