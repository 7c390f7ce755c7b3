import { render, screen } from '@testing-library/react';
import React from 'react';
import { runsOf, Sparkline } from './Sparkline';

describe('runsOf', () => {
  it('goes from edge to edge, with the highest figure at the top', () => {
    expect(runsOf([0, 50, 100], 100)).toEqual([
      [
        { x: 0, y: 19 },
        { x: 50, y: 10 },
        { x: 100, y: 1 }
      ]
    ]);
  });

  it('breaks the line where a figure is not known, and draws no single point', () => {
    const runs = runsOf([1, 1, null, 1, null, 1, 1], 1);
    expect(runs.map(run => run.map(({ x }) => x))).toEqual([
      [0, 16.7],
      [83.3, 100]
    ]);
  });

  it('stays inside whatever comes', () => {
    expect(
      runsOf([-5, 500], 100)
        .flat()
        .map(({ y }) => y)
    ).toEqual([19, 1]);
    expect(
      runsOf([0, 0], 0)
        .flat()
        .map(({ y }) => y)
    ).toEqual([19, 19]);
  });
});

it('has a name that says it in words', () => {
  render(<Sparkline values={[1, 2]} label="Memory; now 2 GB" />);
  expect(screen.getByRole('img', { name: 'Memory; now 2 GB' })).toBeTruthy();
});

it('is not there before there is a line', () => {
  const { container } = render(<Sparkline values={[null, 2]} label="Memory" />);
  expect(container.firstChild).toBeNull();
});
