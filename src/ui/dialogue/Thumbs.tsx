import { ToggleButton } from 'react-aria-components';
import type { RatingValue } from '../../record/rating.ts';
import { Icon } from '../parts/Icon.tsx';

interface ThumbsProps {
  /** What is rated, as a screen reader says it: `turn 3`. */
  readonly what: string;
  readonly value: RatingValue | null;
  readonly isDisabled?: boolean;
  onChange(value: RatingValue | null): void;
}

/** A thumb up, a thumb down, or neither: pressed again, it is taken back. */
export function Thumbs({ what, value, isDisabled = false, onChange }: ThumbsProps) {
  return (
    <span className="thumbs" role="group" aria-label={`Rate ${what}`} data-testid="thumbs">
      {THUMBS.map(({ thumb, icon, label }) => (
        <ToggleButton
          key={thumb}
          className={thumb === 1 ? 'thumb gain' : 'thumb loss'}
          aria-label={`${label}: ${what}`}
          isSelected={value === thumb}
          isDisabled={isDisabled}
          onChange={(isOn) => onChange(isOn ? thumb : null)}
        >
          <Icon name={icon} />
        </ToggleButton>
      ))}
    </span>
  );
}

const THUMBS = [
  { thumb: 1, icon: 'thumb-up', label: 'Good' },
  { thumb: -1, icon: 'thumb-down', label: 'Bad' },
] as const;
