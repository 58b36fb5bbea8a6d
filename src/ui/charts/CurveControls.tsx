import { Label, Slider, SliderOutput, SliderThumb, SliderTrack, ToggleButton } from 'react-aria-components';
import { MOST_KEPT, useCurveView } from './curveView.ts';

/** How all curves of a screen are drawn. */
export function CurveControls() {
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
    </div>
  );
}
