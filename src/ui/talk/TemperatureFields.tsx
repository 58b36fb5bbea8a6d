import { Label, Slider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components';

export interface Temperatures {
  readonly strategistTemperature: number;
  readonly agentTemperature: number;
}

interface TemperatureFieldsProps {
  readonly value: Temperatures;
  onChange(changes: Partial<Temperatures>): void;
}

/** How the strategist and the agent draw their words. */
export function TemperatureFields({ value, onChange }: TemperatureFieldsProps) {
  return (
    <>
      <TemperatureField
        label="Strategist temperature"
        value={value.strategistTemperature}
        onChange={(strategistTemperature) => onChange({ strategistTemperature })}
      />
      <TemperatureField
        label="Agent temperature"
        value={value.agentTemperature}
        onChange={(agentTemperature) => onChange({ agentTemperature })}
      />
    </>
  );
}

interface TemperatureFieldProps {
  readonly label: string;
  readonly value: number;
  onChange(value: number): void;
}

/** 0 is greedy. */
function TemperatureField({ label, value, onChange }: TemperatureFieldProps) {
  return (
    <Slider className="talk-slider" value={value} minValue={0} maxValue={2} step={0.05} onChange={onChange}>
      <Label>{label}</Label>
      <SliderOutput>
        {({ state }) => (state.values[0] === 0 ? '0 · greedy' : (state.values[0] ?? 0).toFixed(2))}
      </SliderOutput>
      <SliderTrack className="talk-track">
        {({ state }) => (
          <>
            <i style={{ width: `${state.getThumbPercent(0) * 100}%` }} />
            <SliderThumb className="talk-thumb" />
          </>
        )}
      </SliderTrack>
    </Slider>
  );
}
