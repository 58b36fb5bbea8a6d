import type { ContenderStyle } from './contenderStyles.ts';

interface ContenderMarkProps {
  readonly style: ContenderStyle;
  /** A moment of a run: the square that marks it on the curves. */
  readonly isMoment?: boolean;
}

/** What stands for a contender, as its curve or its mark is drawn. Its name stands beside it. */
export function ContenderMark({ style: { color, dash }, isMoment = false }: ContenderMarkProps) {
  return (
    <svg className="run-mark" width={26} height={8} aria-hidden="true">
      {isMoment ? (
        <rect x={9} y={0} width={8} height={8} fill={`var(${color})`} />
      ) : (
        <line
          x1={1}
          x2={25}
          y1={4}
          y2={4}
          stroke={`var(${color})`}
          strokeWidth={3}
          strokeDasharray={dash.length > 0 ? dash.map((length) => length * 0.8).join(' ') : undefined}
        />
      )}
    </svg>
  );
}
