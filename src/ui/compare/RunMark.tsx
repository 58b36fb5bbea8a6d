import type { RunStyle } from './runStyles.ts';

/** The line that stands for a run, as its curves are drawn. Its name stands beside it. */
export function RunMark({ style }: { readonly style: RunStyle }) {
  return (
    <svg className="run-mark" width={26} height={8} aria-hidden="true">
      <line
        x1={1}
        x2={25}
        y1={4}
        y2={4}
        stroke={`var(${style.color})`}
        strokeWidth={3}
        strokeDasharray={style.dash.length > 0 ? style.dash.map((length) => length * 0.8).join(' ') : undefined}
      />
    </svg>
  );
}
