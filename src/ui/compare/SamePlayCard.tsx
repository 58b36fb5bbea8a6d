import { useState, type ReactNode } from 'react';
import { Card } from '../parts/Card.tsx';
import { Picker } from '../parts/Picker.tsx';
import type { Compared } from './contender.ts';

interface SamePlayCardProps {
  readonly compared: readonly Compared[];
  /** Shows dialogues of both. */
  readonly children: (first: Compared, second: Compared) => ReactNode;
}

/** The same scenario, played by the first contender and by another one. */
export function SamePlayCard({ compared, children }: SamePlayCardProps) {
  const [first, ...others] = compared;
  const [otherKey, chooseOther] = useState('');
  const second = others.find(({ key }) => key === otherKey) ?? others[0];
  if (!first || !second) return null;
  const options = others.map(({ key, name }) => ({ id: key, label: name }));
  return (
    <Card
      title="The same scenario, played by both"
      className="same-play"
      tools={
        options.length > 1 && <Picker label="Second" options={options} value={second.key} onChange={chooseOther} />
      }
    >
      {children(first, second)}
    </Card>
  );
}
