import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import type { ICheck } from '../../environment/checks';
import {
  aFinding,
  aKernelView,
  aMachine
} from '../../testing/environmentFixtures';
import { KernelCard } from './kernel';

const trans = nullTranslator.load('jupyter_mlgit');
const checked = jest.fn();
const tested = jest.fn();

function show(check: Partial<ICheck>): void {
  render(
    <KernelCard
      trans={trans}
      entry={{ name: 'ml', displayName: 'ML', current: true }}
      check={{ view: null, test: null, trouble: null, busy: null, ...check }}
      gpus={aMachine()}
      onCheck={checked}
      onTest={tested}
    />
  );
}

it('is only a name before anybody asks', () => {
  show({});
  expect(screen.getByRole('listitem').textContent).toBe('MLthis notebookCheck');
  fireEvent.click(screen.getByRole('button', { name: 'Check ML' }));
  expect(checked).toHaveBeenCalledWith('ml');
});

it('says why torch sees no GPU, what mends it, and unfolded what that rests on', () => {
  show({ view: aKernelView() });
  expect(
    screen.getByText(
      'torch 2.9.0+cpu · made without CUDA · driver 550.54.14 (up to CUDA 12.4)'
    )
  ).toBeTruthy();
  expect(
    screen.getByText('The torch of the kernel "ML" is made for the CPU only.')
  ).toBeTruthy();
  expect(screen.getByText(/-m pip install --upgrade/)).toBeTruthy();
  const evidence = 'torch 2.9.0+cpu, made without CUDA';
  expect(screen.queryByText(evidence)).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: /^What this rests on/ }));
  expect(screen.getByText(evidence)).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Test it/ })).toBeNull();
});

it('folds away what torch was made for', () => {
  show({ view: aKernelView({ visibleDevices: '5' }) });
  expect(screen.queryByText('CUDA_VISIBLE_DEVICES')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Details of ML' }));
  expect(
    screen.getByText('CUDA_VISIBLE_DEVICES').nextElementSibling?.textContent
  ).toBe('5');
});

it('lets a torch that sees the GPU be tested', () => {
  show({ view: aKernelView({ cudaAvailable: true, findings: [] }) });
  expect(screen.getByText('torch sees the GPU.')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: /^Test it/ }));
  expect(tested).toHaveBeenCalledWith('ml');
});

it('does not call it well where torch sees the GPU and cannot use it', () => {
  const finding = aFinding({ rule: 'no-code-for-gpu' });
  show({ view: aKernelView({ cudaAvailable: true, findings: [finding] }) });
  expect(screen.queryByText('torch sees the GPU.')).toBeNull();
  expect(screen.getByRole('button', { name: /^Test it/ })).toBeTruthy();
});

it('says why it was not probed', () => {
  show({
    view: aKernelView({
      unprobed: { code: 'wrapper', reason: 'It is started by conda run.' },
      torch: null,
      cudaAvailable: null,
      findings: []
    })
  });
  expect(
    screen.getByText('Not probed: It is started by conda run.')
  ).toBeTruthy();
});

it('waits for one answer at a time', () => {
  show({ view: aKernelView(), busy: 'checking' });
  const button = screen.getByRole<HTMLButtonElement>('button', {
    name: 'Check ML'
  });
  expect(button.textContent).toBe('Checking…');
  expect(button.getAttribute('aria-disabled')).toBe('true');
  checked.mockClear();
  fireEvent.click(button);
  expect(checked).not.toHaveBeenCalled();
});

it('tells how a test went', () => {
  show({
    view: aKernelView({ cudaAvailable: true, findings: [] }),
    test: {
      kernel: 'ML',
      ok: false,
      device: null,
      name: null,
      seconds: null,
      error: 'CUDA error: no kernel image',
      finding: aFinding({
        rule: 'no-code-for-gpu',
        message: 'It has no code.'
      }),
      unprobed: null
    }
  });
  expect(screen.getByRole('alert').textContent).toContain('no kernel image');
  expect(screen.getByText('It has no code.')).toBeTruthy();
});
