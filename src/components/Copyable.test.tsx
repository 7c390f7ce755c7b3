import { Clipboard } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { Copyable } from './Copyable';

const trans = nullTranslator.load('jupyter_mlgit');

it('copies exactly what is shown, and says so', () => {
  const copied = jest
    .spyOn(Clipboard, 'copyToSystem')
    .mockImplementation(() => undefined);
  render(<Copyable trans={trans} text={'pip install torch\nrm -rf ~'} />);
  expect(screen.getByText('pip install torch[U+000A]rm -rf ~')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: /^Copy: pip/ }));
  expect(copied).toHaveBeenCalledWith('pip install torch[U+000A]rm -rf ~');
  expect(screen.getByRole('button', { name: 'Copied' })).toBeTruthy();
  expect(screen.getByRole('status').textContent).toBe('Copied');
});
