import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { Button } from './Button';
import { useOneAtATime } from './useOneAtATime';

let begun: number;
let end: () => void;

function Bar(): React.JSX.Element {
  const [busy, run] = useOneAtATime();
  return (
    <Button
      unavailable={busy}
      onClick={() => {
        void run(() => {
          begun++;
          return new Promise(resolve => {
            end = resolve;
          });
        });
      }}
    >
      Act
    </Button>
  );
}

beforeEach(() => {
  begun = 0;
  render(<Bar />);
});

it('begins no second act while one is under way', () => {
  const button = screen.getByRole('button');
  act(() => {
    button.click();
    button.click();
  });
  fireEvent.click(button);
  expect(begun).toBe(1);
  expect(button.getAttribute('aria-disabled')).toBe('true');
});

it('counts a press that comes before the button is drawn anew', async () => {
  const button = screen.getByRole('button');
  fireEvent.click(button);
  await act(async () => {
    end();
    await Promise.resolve();
    await Promise.resolve();
    expect(button.getAttribute('aria-disabled')).toBe('true');
    button.click();
  });
  expect(begun).toBe(2);
});
