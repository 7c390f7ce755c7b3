import { fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { Button } from './Button';

it('is pressed once by a key, however long that is held', () => {
  render(<Button>Undo</Button>);
  const button = screen.getByRole('button');
  expect(fireEvent.keyDown(button, { key: 'Enter' })).toBe(true);
  expect(fireEvent.keyDown(button, { key: 'Enter', repeat: true })).toBe(false);
  expect(fireEvent.keyDown(button, { key: 'Tab', repeat: true })).toBe(true);
});
