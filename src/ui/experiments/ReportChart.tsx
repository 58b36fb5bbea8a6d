import type { Drawing, Shape } from '../../experiments/report/draw.ts';

/** A chart of a report; the same shapes as in the HTML file. */
export function ReportChart({ title, drawing }: { readonly title: string; readonly drawing: Drawing }) {
  const { width, height, label, shapes } = drawing;
  return (
    <figure className="report-figure">
      <figcaption>{title}</figcaption>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={title}>
        <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
          {shapes.map((shape, index) => (
            <ShapeElement key={index} shape={shape} />
          ))}
        </svg>
      </div>
    </figure>
  );
}

function ShapeElement({ shape }: { readonly shape: Shape }) {
  switch (shape.kind) {
    case 'line': {
      const { x1, y1, x2, y2, tone } = shape;
      return <line className={`tone-${tone}`} x1={x1} y1={y1} x2={x2} y2={y2} />;
    }
    case 'path': {
      const points = shape.points.map((point) => point.join()).join(' ');
      return shape.isArea ? (
        <polygon className={`tone-${shape.tone} area`} points={points} />
      ) : (
        <polyline className={`tone-${shape.tone}`} points={points} />
      );
    }
    case 'dot':
      return <circle className={`tone-${shape.tone}`} cx={shape.x} cy={shape.y} r={3.5} />;
    case 'text':
      return (
        <text x={shape.x} y={shape.y} textAnchor={shape.anchor}>
          {shape.text}
        </text>
      );
  }
}
