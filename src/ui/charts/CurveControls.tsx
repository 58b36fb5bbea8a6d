import { Button, Label, Slider, SliderOutput, SliderThumb, SliderTrack, ToggleButton } from 'react-aria-components';
import { formatCount } from '../format.ts';
import { MOST_KEPT, useCurveView, WHOLE } from './curveView.ts';

interface CurveControlsProps {
  /** Length of the x axis. */
  readonly updates: number;
  /** What it counts. */
  readonly unit?: string;
}

/** How all curves of a screen are drawn. */
export function CurveControls({ updates, unit = 'Updates' }: CurveControlsProps) {
  const { keep, isLog, setKeep, setLog } = useCurveView();
  return (
    <div className="curve-controls" role="group" aria-label="How curves are drawn">
      <Slider className="slider" value={keep} minValue={0} maxValue={MOST_KEPT} step={0.05} onChange={setKeep}>
        <Label>Smoothing</Label>
        <SliderTrack className="slider-track">
          {/* The part that is on, behind the thumb. */}
          <i className="slider-fill" style={{ width: `${(keep / MOST_KEPT) * 100}%` }} />
          <SliderThumb className="slider-thumb" />
        </SliderTrack>
        <SliderOutput>{keep.toFixed(2)}</SliderOutput>
      </Slider>
      <ToggleButton className="button small toggle" isSelected={isLog} onChange={setLog}>
        Log scale
      </ToggleButton>
      {updates > 1 && <ZoomSlider updates={updates} unit={unit} />}
    </div>
  );
}

/** What a drag over a chart does, by keyboard too. */
function ZoomSlider({ updates, unit }: Required<CurveControlsProps>) {
  const { zoom, setZoom } = useCurveView();
  const [from, to] = zoom.map((share) => Math.round(share * updates));
  const isWhole = zoom[0] === WHOLE[0] && zoom[1] === WHOLE[1];
  return (
    <>
      <Slider
        className="slider zoom-slider"
        value={[from ?? 0, to ?? updates]}
        minValue={0}
        maxValue={updates}
        step={1}
        onChange={([low = 0, high = updates]) => setZoom([low / updates, high / updates])}
      >
        <Label>{unit}</Label>
        <SliderTrack className="slider-track">
          <i className="slider-fill" style={{ left: `${zoom[0] * 100}%`, width: `${(zoom[1] - zoom[0]) * 100}%` }} />
          <SliderThumb index={0} className="slider-thumb" aria-label="from" />
          <SliderThumb index={1} className="slider-thumb" aria-label="to" />
        </SliderTrack>
        <output data-testid="zoom">
          {formatCount(from ?? 0)}–{formatCount(to ?? updates)}
        </output>
      </Slider>
      {!isWhole && (
        <Button className="button small quiet" onPress={() => setZoom(WHOLE)}>
          Show all
        </Button>
      )}
    </>
  );
}
