interface ProgressTrackProps {
  readonly label: string;
  /** 0–100. */
  readonly percent: number;
  /** What is said in place of the percentage. */
  readonly text?: string;
}

/** How much of something is done. */
export function ProgressTrack({ label, percent, text }: ProgressTrackProps) {
  return (
    <div
      className="progress-track"
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(percent)}
      aria-valuetext={text}
    >
      <b style={{ width: `${percent}%` }} />
    </div>
  );
}
