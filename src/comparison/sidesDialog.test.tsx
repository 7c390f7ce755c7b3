import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { aBranch, aRemoteBranch } from '../testing/fixtures';
import { SidesQuestion, type ISides } from './sidesDialog';

it('offers the branches, and takes any two names', () => {
  const offers: (ISides | null)[] = [];
  const { container } = render(
    <SidesQuestion
      trans={nullTranslator.load('jupyter_mlgit')}
      branches={{
        branches: [aBranch({ name: 'main' }), aBranch({ name: 'exp' })],
        remotes: [aRemoteBranch({ name: 'origin/exp' })],
        remoteCount: 1,
        main: 'main'
      }}
      initial={{ old: 'main', new: 'HEAD' }}
      onOffer={({ value }) => {
        offers.push(value);
      }}
    />
  );
  expect(
    Array.from(container.querySelectorAll('option'), ({ value }) => value)
  ).toEqual(['HEAD', 'main', 'exp', 'origin/exp']);
  expect(offers.at(-1)).toEqual({ old: 'main', new: 'HEAD' });
  const field = screen.getByLabelText('To');
  fireEvent.change(field, { target: { value: ' exp~2 ' } });
  expect(offers.at(-1)).toEqual({ old: 'main', new: 'exp~2' });
  fireEvent.change(field, { target: { value: ' ' } });
  expect(offers.at(-1)).toBeNull();
});
