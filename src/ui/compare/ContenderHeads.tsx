import type { Compared } from './contender.ts';
import { ContenderMark } from './ContenderMark.tsx';

interface ContenderHeadsProps {
  readonly compared: readonly Compared[];
  readonly first: string;
}

/** The head of a table with one column per contender. */
export function ContenderHeads({ compared, first }: ContenderHeadsProps) {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {compared.map(({ key, name, style, moment }) => (
          <th key={key} scope="col">
            <span className="run-head" title={name}>
              <ContenderMark style={style} isMoment={moment !== null} />
              <span className="legend-name">{name}</span>
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
}
