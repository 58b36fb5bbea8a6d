import { Segments } from '../parts/Segments.tsx';

const SEATS = [
  { id: 'A', label: 'A opens' },
  { id: 'B', label: 'B answers' },
] as const;

type SeatName = (typeof SEATS)[number]['id'];

interface SeatFieldProps {
  readonly seat: SeatName;
  onChange(seat: SeatName): void;
}

/** Where the person sits, in an environment of two seats. */
export function SeatField({ seat, onChange }: SeatFieldProps) {
  return (
    <div className="talk-field">
      <span>Your seat</span>
      <Segments
        label="Your seat"
        mode="one"
        options={SEATS}
        selected={[seat]}
        onChange={([chosen = 'A']) => onChange(chosen)}
      />
    </div>
  );
}
