import { Segments } from '../parts/Segments.tsx';
import { SEATS, seatName } from './seats.ts';
import { useShownParts, type PrivatePart } from './shownParts.ts';

const PARTS: readonly { readonly part: PrivatePart; readonly label: string }[] = [
  { part: 'strategies', label: 'Strategies' },
  { part: 'goals', label: 'Goals' },
];

/** Shows and hides what only one seat knows, seat by seat. */
export function ShownPartsControls() {
  const { shown, setShown } = useShownParts();
  return (
    <div className="shown-parts">
      {PARTS.map(({ part, label }) => (
        <span key={part} className="shown-part">
          <span aria-hidden="true">{label}</span>
          <Segments
            label={`${label} that are shown`}
            options={SEATS.map((seat) => ({
              id: String(seat),
              label: seatName(seat),
              name: `${label} of seat ${seatName(seat)}`,
            }))}
            selected={shown[part].map(String)}
            mode="any"
            onChange={(ids) =>
              setShown(
                part,
                SEATS.filter((seat) => ids.includes(String(seat))),
              )
            }
          />
        </span>
      ))}
    </div>
  );
}
