import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { RepositoryModel } from '../../repository/model';
import { fakeClient, type IFakeClient } from '../../testing/fakeClient';
import { aRetention } from '../../testing/fixtures';
import { RecoveryModel } from './model';
import { RetentionLine } from './retention';

const trans = nullTranslator.load('jupyter_mlgit');
let client: IFakeClient;
let changed: (readonly string[])[];

async function settle(): Promise<void> {
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve));
  });
}

async function edit(): Promise<void> {
  const repository = new RepositoryModel(client, null);
  const model = new RecoveryModel(repository);
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await settle();
  await act(() => model.retention.refresh());
  render(
    <RetentionLine
      trans={trans}
      model={model}
      onChanged={operations => changed.push(operations)}
    />
  );
  fireEvent.click(
    screen.getByRole('button', { name: 'Change how long lost work is kept' })
  );
}

async function save(): Promise<void> {
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await settle();
}

function asked(verb: 'setRetention' | 'setup'): unknown[] {
  return client.asked
    .filter(question => question.verb === verb)
    .map(({ args }) => args[1]);
}

beforeEach(() => {
  changed = [];
  client = fakeClient({
    setup: () =>
      Promise.resolve({
        hook: 'installed',
        path: '.git/hooks/reference-transaction',
        chained: false,
        operation: 'op-hook'
      })
  });
});

it('gives both acts to undo where the hook was toggled as well', async () => {
  await edit();
  fireEvent.change(screen.getByRole('spinbutton', { name: 'Pins, days' }), {
    target: { value: '30' }
  });
  fireEvent.click(screen.getByRole('checkbox', { name: /adds a git hook/ }));
  await save();
  expect(asked('setRetention')).toEqual([
    { reflog: null, unreachable: null, pins: 30 }
  ]);
  expect(changed).toEqual([['op-2', 'op-hook']]);
});

it('gives the act of the hook alone where nothing else was changed', async () => {
  await edit();
  fireEvent.click(screen.getByRole('checkbox', { name: /adds a git hook/ }));
  await save();
  expect(asked('setRetention')).toEqual([]);
  expect(changed).toEqual([['op-hook']]);
});

it('keeps for good, and remembers the days when somebody thinks better of it', async () => {
  await edit();
  const forGood = screen.getByRole('checkbox', {
    name: 'Pins, days: keep for good'
  });
  fireEvent.click(forGood);
  fireEvent.click(forGood);
  expect(
    screen.getByRole<HTMLInputElement>('spinbutton', { name: 'Pins, days' })
      .value
  ).toBe('90');
  fireEvent.click(forGood);
  await save();
  expect(asked('setRetention')).toEqual([
    { reflog: null, unreachable: null, pins: 'never' }
  ]);
});

it('shows what is kept for good, and takes days for it', async () => {
  client.answer({
    retention: () => Promise.resolve(aRetention({ reflogExpire: 'never' }))
  });
  await edit();
  const forGood = screen.getByRole<HTMLInputElement>('checkbox', {
    name: 'Reflog of what is still reachable, days: keep for good'
  });
  expect(forGood.checked).toBe(true);
  fireEvent.click(forGood);
  fireEvent.change(
    screen.getByRole('spinbutton', {
      name: 'Reflog of what is still reachable, days'
    }),
    { target: { value: '120' } }
  );
  await save();
  expect(asked('setRetention')).toEqual([
    { reflog: 120, unreachable: null, pins: null }
  ]);
});
