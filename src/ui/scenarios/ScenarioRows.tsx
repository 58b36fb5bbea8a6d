import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { formatRoute } from '../route.ts';

export interface ScenarioRow {
  readonly id: string;
  /** Only the titles and notes in view are made. */
  title(): string;
  note(): string | null;
}

interface ScenarioRowsProps {
  /** As it stands in a link. */
  readonly source: string;
  readonly rows: readonly ScenarioRow[];
  readonly openId: string | null;
}

const ROW_PX = 62;

/** A list of any length: only the rows in view are in the page. */
export function ScenarioRows({ source, rows, openId }: ScenarioRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const openIndex = rows.findIndex(({ id }) => id === openId);
  useEffect(() => {
    if (openIndex >= 0) virtualizer.scrollToIndex(openIndex, { align: 'auto' });
  }, [virtualizer, openIndex]);
  if (rows.length === 0) {
    return (
      <div className="empty">
        <p>There is no such scenario.</p>
      </div>
    );
  }
  return (
    <div className="scenario-rows" ref={scroller}>
      <ul style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return row ? (
            <li key={row.id} style={{ transform: `translateY(${start}px)`, height: ROW_PX }}>
              <a
                className="scenario-row"
                data-testid="scenario-row"
                href={formatRoute({ screen: 'scenarios', source, scenarioId: row.id })}
                aria-current={row.id === openId ? 'true' : undefined}
              >
                <span>{row.title()}</span>
                <small>{row.note()}</small>
              </a>
            </li>
          ) : null;
        })}
      </ul>
    </div>
  );
}
