/**
 * Draws how a figure has gone, as a line in the height of a few words.
 *
 * The surprise: the drawing is stretched to whatever room there is, and the stroke is not, so a point is a step of the
 * drawing and never a circle. Where a figure is missing the line is broken: it is not 0.
 */
import React from 'react';

/** The drawing's own size; the page stretches it. */
const WIDTH = 100;
const HEIGHT = 20;

/** Shows the line; nothing where fewer than two figures in a row are known. */
export function Sparkline(props: {
  /** Oldest first; null where it was not known. */
  readonly values: readonly (number | null)[];
  /** What the top stands for; without it, the highest figure. */
  readonly most?: number | null;
  /** What it shows, in words, with the newest figure: all that a screen reader gets of it. */
  readonly label: string;
  readonly tone?: 'plain' | 'warn';
}): React.JSX.Element | null {
  const { values, label, tone = 'plain' } = props;
  const runs = runsOf(values, props.most ?? highest(values));
  if (runs.length === 0) {
    return null;
  }
  return (
    <svg
      className={`jp-mlgit-Sparkline jp-mod-${tone}`}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      <title>{label}</title>
      {runs.map(run => (
        <React.Fragment key={run[0]?.x}>
          <path
            className="jp-mlgit-Sparkline-area"
            d={`${path(run)}V${HEIGHT}H${run[0]?.x ?? 0}Z`}
          />
          <path className="jp-mlgit-Sparkline-line" d={path(run)} />
        </React.Fragment>
      ))}
    </svg>
  );
}

interface IPoint {
  readonly x: number;
  readonly y: number;
}

/** Gives the pieces of the line, each of two points at least. */
export function runsOf(
  values: readonly (number | null)[],
  most: number
): readonly (readonly IPoint[])[] {
  const step = WIDTH / Math.max(values.length - 1, 1);
  const runs: IPoint[][] = [[]];
  values.forEach((value, index) => {
    if (value === null) {
      runs.push([]);
      return;
    }
    const part = most > 0 ? Math.min(Math.max(value / most, 0), 1) : 0;
    // One step off each edge, so that the stroke is whole there.
    runs.at(-1)?.push({
      x: rounded(index * step),
      y: rounded(1 + (1 - part) * (HEIGHT - 2))
    });
  });
  return runs.filter(run => run.length > 1);
}

function path(run: readonly IPoint[]): string {
  return run
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`)
    .join('');
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function highest(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}
