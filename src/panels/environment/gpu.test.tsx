import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { aGpu, GB } from '../../testing/environmentFixtures';
import { GpuCard } from './gpu';

const trans = nullTranslator.load('jupyter_mlgit');

function show(
  change: Parameters<typeof aGpu>[0],
  memory: readonly (number | null)[] = []
): void {
  render(
    <GpuCard
      trans={trans}
      gpu={aGpu(change)}
      course={{ memory, utilization: memory.map(() => null) }}
    />
  );
}

it('shows memory, figures and how they have gone', () => {
  show({}, [GB, 18 * GB]);
  expect(
    screen
      .getByRole('meter', { name: 'Memory of GPU 0' })
      .getAttribute('aria-valuetext')
  ).toBe('18/24 GB');
  expect(
    screen.getByRole('img', {
      name: 'How the memory of GPU 0 has gone; now 18/24 GB'
    })
  ).toBeTruthy();
  expect(screen.getAllByRole('img')).toHaveLength(1);
});

it('says n/a and why, to the eye and to the ear', () => {
  const reason = 'This device does not tell it.';
  show({ power: null, notes: [{ figure: 'power', reason }] });
  expect(screen.getByTitle(reason).textContent).toBe(`n/a: ${reason}`);
  expect(document.body.textContent).not.toContain('0 W');
});

it('marks what is nearly full with an icon and words', () => {
  show({ memoryUsed: 22 * GB });
  expect(document.querySelector('.jp-mlgit-Gpu-warns')).not.toBeNull();
  expect(screen.getByText('Its memory is nearly full.')).toBeTruthy();
});

it('marks only the line where hard work slows it down', () => {
  show({ slowedBy: ['power-limit'] });
  const line = screen.getByText('Slowed down by its power limit.');
  expect(line.parentElement?.querySelector('.jp-mlgit-Icon')).not.toBeNull();
  expect(document.querySelector('.jp-mlgit-Gpu-warns')).toBeNull();
});

it('unfolds what else the driver tells, and why it does not', () => {
  const reason = 'This GPU does not report it.';
  show({ memoryErrors: null, notes: [{ figure: 'memoryErrors', reason }] });
  expect(screen.queryByTitle(reason)).toBeNull();
  const button = screen.getByRole('button', { name: 'Details of GPU 0' });
  fireEvent.click(button);
  expect(button.getAttribute('aria-expanded')).toBe('true');
  expect(screen.getByTitle(reason).textContent).toBe(`n/a: ${reason}`);
  fireEvent.click(button);
  expect(screen.queryByTitle(reason)).toBeNull();
});

it('has no figures of a GPU that is lost', () => {
  show({ state: 'lost', memoryUsed: null, utilization: null });
  expect(
    screen.getByText('It no longer answers. Restart the machine.')
  ).toBeTruthy();
  expect(screen.queryByRole('meter')).toBeNull();
  expect(screen.queryByText('n/a')).toBeNull();
});

it('shows of a slice what can be told of it', () => {
  show({ slice: 2, utilization: null, temperature: null });
  expect(screen.getByRole('listitem', { name: 'Slice 0.2' })).toBeTruthy();
  expect(screen.queryByText('Temperature')).toBeNull();
});
