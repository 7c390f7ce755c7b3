/** Shows how much of something is taken, as a bar of one or more parts. */
import React from 'react';

/** A part of the bar. */
export interface IMeterPart {
  /** Which of the grounds it has; the parts differ by more than colour, as each has words beside the bar. */
  readonly kind: 'used' | 'cached' | 'beside' | 'plain';
  readonly value: number;
}

/** Shows the bar. The words say the same; they stand beside it or are its name. */
export function Meter(props: {
  readonly parts: readonly IMeterPart[];
  readonly most: number;
  /** What it measures. */
  readonly label: string;
  /** The figures, in words. */
  readonly words: string;
  readonly tone?: 'plain' | 'warn';
}): React.JSX.Element {
  const { parts, most, label, words, tone = 'plain' } = props;
  const sum = parts.reduce((total, { value }) => total + value, 0);
  // Two who tell of it may not agree; then the bar is full.
  const whole = Math.max(most, sum, 1);
  return (
    <div
      className={`jp-mlgit-Meter jp-mod-${tone}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={most}
      aria-valuenow={Math.min(sum, most)}
      aria-valuetext={words}
      title={words}
    >
      {parts.map(
        ({ kind, value }) =>
          value > 0 && (
            <span
              key={kind}
              className={`jp-mlgit-Meter-part jp-mod-${kind}`}
              style={{ width: `${(100 * value) / whole}%` }}
            />
          )
      )}
    </div>
  );
}
