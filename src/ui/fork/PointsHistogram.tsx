interface PointsHistogramProps {
  /** How many came to 0, 1 … points. */
  readonly counts: readonly number[];
  /** Count that fills the height: the same for histograms that are compared. */
  readonly tallest: number;
  /** What the recorded dialogue came to. */
  readonly actual: number;
}

const BAR = 12;
const GAP = 3;
const HEIGHT = 36;
const AXIS = 12;

/** Points from 0 to 10 as bars, with a line where the recorded dialogue ended. */
export function PointsHistogram({ counts, tallest, actual }: PointsHistogramProps) {
  const width = counts.length * (BAR + GAP);
  const at = (points: number) => points * (BAR + GAP) + BAR / 2 + GAP / 2;
  const words = counts.flatMap((count, points) => (count > 0 ? [`${count} with ${points}`] : [])).join(', ');
  return (
    <svg
      className="histogram"
      viewBox={`0 0 ${width} ${HEIGHT + AXIS}`}
      role="img"
      aria-label={words ? `Replays by points: ${words}.` : 'No replay yet.'}
    >
      <line className="histogram-floor" x1={0} x2={width} y1={HEIGHT} y2={HEIGHT} />
      {counts.map((count, points) => {
        const height = (count / tallest) * HEIGHT;
        return <rect key={points} x={at(points) - BAR / 2} y={HEIGHT - height} width={BAR} height={height} rx={1.5} />;
      })}
      <line className="histogram-actual" x1={at(actual)} x2={at(actual)} y1={0} y2={HEIGHT} />
      {[0, 5, 10].map((points) => (
        <text key={points} x={at(points)} y={HEIGHT + 10} textAnchor="middle">
          {points}
        </text>
      ))}
    </svg>
  );
}
