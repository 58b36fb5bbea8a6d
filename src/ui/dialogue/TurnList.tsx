import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type RefObject } from 'react';
import type { SeatIndex } from '../../record/scenario.ts';
import type { ShownTurn } from '../runState.ts';
import { TurnRow } from './TurnRow.tsx';

interface TurnListProps {
  readonly turns: readonly ShownTurn[];
  /** Seats whose private strategies are shown. */
  readonly strategiesOf: readonly SeatIndex[];
  hrefOf(turnIndex: number): string | null;
  readonly selectedTurnIndex: number | null;
  /** Keeps the newest words in view, unless the person has scrolled away from them. */
  readonly followsEnd: boolean;
}

const ESTIMATED_TURN_PX = 88;
/** Closer to the end than this counts as being there. */
const END_PX = 120;
/** A gauge is never stretched so far that noise looks like news. */
const SMALLEST_SCALE = 0.1;

/** A dialogue of any length: only the turns in view exist in the page. */
export function TurnList({ turns, strategiesOf, hrefOf, selectedTurnIndex, followsEnd }: TurnListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: turns.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ESTIMATED_TURN_PX,
    getItemKey: (index) => turns[index]?.turnIndex ?? index,
    overscan: 6,
  });
  useFollowedEnd(scroller, turns, followsEnd);
  useEffect(() => {
    if (selectedTurnIndex !== null) virtualizer.scrollToIndex(selectedTurnIndex, { align: 'auto' });
  }, [virtualizer, selectedTurnIndex]);

  const rewardScale = Math.max(SMALLEST_SCALE, ...turns.map(({ score }) => Math.abs(score?.reward ?? 0)));
  return (
    <div className="turn-list" ref={scroller} tabIndex={0} role="log" aria-label="Dialogue" aria-live="off">
      <div className="turn-space" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ key, index, start }) => {
          const turn = turns[index];
          if (!turn) return null;
          return (
            <div
              key={key}
              className="turn-slot"
              ref={virtualizer.measureElement}
              data-index={index}
              style={{ transform: `translateY(${start}px)` }}
            >
              <TurnRow
                turn={turn}
                showStrategy={strategiesOf.includes(turn.seat)}
                href={hrefOf(turn.turnIndex)}
                isSelected={turn.turnIndex === selectedTurnIndex}
                rewardScale={rewardScale}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function useFollowedEnd(scroller: RefObject<HTMLDivElement | null>, turns: readonly ShownTurn[], isOn: boolean): void {
  const wasAtEnd = useRef(true);
  useEffect(() => {
    const element = scroller.current;
    if (!element || !isOn) return;
    const note = () => {
      wasAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < END_PX;
    };
    element.addEventListener('scroll', note, { passive: true });
    return () => element.removeEventListener('scroll', note);
  }, [scroller, isOn]);
  useEffect(() => {
    const element = scroller.current;
    if (element && isOn && wasAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [scroller, turns, isOn]);
}
