import { render, screen } from '@testing-library/react';
import React from 'react';
import { Meter } from './Meter';

function widths(): string[] {
  return [...screen.getByRole('meter').children].map(part =>
    part instanceof HTMLElement ? part.style.width : ''
  );
}

it('says its figures in words', () => {
  render(
    <Meter
      parts={[
        { kind: 'used', value: 2 },
        { kind: 'cached', value: 0 },
        { kind: 'beside', value: 1 }
      ]}
      most={4}
      label="Memory of GPU 0"
      words="3/4 GB"
    />
  );
  const meter = screen.getByRole('meter', { name: 'Memory of GPU 0' });
  expect(meter.getAttribute('aria-valuetext')).toBe('3/4 GB');
  expect(meter.getAttribute('aria-valuenow')).toBe('3');
  expect(widths()).toEqual(['50%', '25%']);
});

it('is full where more is told than there is', () => {
  render(
    <Meter
      parts={[
        { kind: 'used', value: 6 },
        { kind: 'cached', value: 2 }
      ]}
      most={4}
      label="Memory"
      words="8 GB"
    />
  );
  expect(widths()).toEqual(['75%', '25%']);
  expect(screen.getByRole('meter').getAttribute('aria-valuenow')).toBe('4');
});
