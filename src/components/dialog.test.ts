import React from 'react';
import { ask } from './dialog';

let answered: Promise<boolean>;

function press(key: string): void {
  document.activeElement?.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
  );
}

beforeEach(async () => {
  answered = ask({
    title: 'Shut Down Kernel?',
    body: React.createElement('p', null, 'All variables will be lost.'),
    cancel: 'Cancel',
    accept: 'Shut Down'
  });
  // It is in the page a moment before its body is drawn.
  while (document.querySelector('.jp-Dialog') === null) {
    await Promise.resolve();
  }
});

it('hears Escape from the moment it is there', async () => {
  press('Escape');
  expect(await answered).toBe(false);
  expect(document.querySelector('.jp-Dialog')).toBeNull();
});

it('does not take the Enter that has opened it for an answer', async () => {
  press('Enter');
  await new Promise(resolve => setTimeout(resolve));
  expect(document.querySelector('.jp-Dialog')).not.toBeNull();
  press('Escape');
  expect(await answered).toBe(false);
});

it('leaves the focus on a button that somebody has gone to before all is drawn', async () => {
  const cancel = document.querySelector<HTMLElement>('.jp-mod-reject');
  cancel?.focus();
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(document.activeElement).toBe(cancel);
  press('Enter');
  expect(await answered).toBe(false);
});

it('has the focus on what accepts, once all is drawn', async () => {
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(document.activeElement?.classList).toContain('jp-mod-accept');
  press('Enter');
  expect(await answered).toBe(true);
});
