import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import type { LogCommit } from '../../api/schema';
import { RepositoryModel } from '../../repository/model';
import { aCommit, idOf } from '../../testing/commitFixtures';
import { fakeClient, refusal } from '../../testing/fakeClient';
import { aStatus } from '../../testing/fixtures';
import { Widget } from '@lumino/widgets';
import { CommitsModel } from './model';
import { Commits, CommitsWidget } from './view';

const trans = nullTranslator.load('jupyter_mlgit');
let model: CommitsModel;
let asked: string[];

async function show(
  commits: readonly LogCommit[],
  more = false,
  readOnly: string | null = null
): Promise<void> {
  const client = fakeClient({
    status: () => Promise.resolve(aStatus({ readOnly })),
    log: (_, __, after) =>
      Promise.resolve(
        after === null
          ? { commits, more }
          : {
              commits: [aCommit({ id: idOf('0ld'), subject: 'Begin' })],
              more: false
            }
      )
  });
  const repository = new RepositoryModel(client, null);
  model = new CommitsModel(repository);
  asked = [];
  render(
    <Commits
      trans={trans}
      model={model}
      onReset={rev => {
        asked.push(`reset ${rev.slice(0, 3)}`);
      }}
      onShow={rev => {
        asked.push(`show ${rev.slice(0, 3)}`);
      }}
      onMenu={rev => {
        asked.push(`menu ${rev.slice(0, 3)}`);
      }}
    />
  );
  await act(async () => {
    repository.setFolder('project');
    repository.setAttention('panel', true);
    await new Promise(resolve => setTimeout(resolve));
  });
}

function row(subject: string): HTMLElement {
  return screen.getByRole('listitem', { name: subject });
}

const three = [
  aCommit({ id: idOf('ccc'), subject: 'Third', refs: ['HEAD', 'main'] }),
  aCommit({ id: idOf('bbb'), subject: 'Second', author: 'Grace' }),
  aCommit({ id: idOf('aaa'), subject: 'First', pushed: true })
];

it('says of each commit who made it, what stands at it, and whether it is pushed', async () => {
  await show(three);
  expect(row('Third').textContent).toContain('main');
  expect(row('Third').getAttribute('aria-current')).toBe('true');
  expect(row('Second').textContent).toContain('bbb0000');
  expect(row('Second').textContent).toContain('Grace');
  expect(row('Second').textContent).not.toContain('pushed');
  expect(row('First').textContent).toContain('pushed');
});

it('is one stop for Tab, and arrows go from row to row', async () => {
  await show(three);
  const stops = (): string[] =>
    screen
      .getAllByRole('listitem')
      .filter(item => item.tabIndex === 0)
      .map(item => item.getAttribute('aria-label') ?? '');
  expect(stops()).toEqual(['Third']);
  act(() => {
    row('Third').focus();
  });
  fireEvent.keyDown(row('Third'), { key: 'ArrowDown' });
  expect(document.activeElement).toBe(row('Second'));
  expect(stops()).toEqual(['Second']);
  fireEvent.keyDown(row('Second'), { key: 'End' });
  expect(document.activeElement).toBe(row('First'));
});

it('leads to the preview by key, by button and by menu', async () => {
  await show(three);
  fireEvent.keyDown(row('Second'), { key: 'Enter' });
  fireEvent.click(
    screen.getByRole('button', { name: 'Reset main to aaa0000…' })
  );
  fireEvent.contextMenu(row('Third'));
  expect(asked).toEqual(['reset bbb', 'reset aaa', 'menu ccc']);
});

it('shows what a commit changed by click and by key', async () => {
  await show(three);
  fireEvent.click(screen.getByText('Second'));
  fireEvent.keyDown(row('First'), { key: ' ' });
  expect(asked).toEqual(['show bbb', 'show aaa']);
});

it('leads nowhere where nothing may be changed', async () => {
  await show(three, false, 'It belongs to somebody else.');
  fireEvent.keyDown(row('Second'), { key: 'Enter' });
  fireEvent.click(
    screen.getByRole('button', { name: 'Reset main to aaa0000…' })
  );
  expect(asked).toEqual([]);
});

it('finds among what it shows, and shows more', async () => {
  const many = Array.from({ length: 30 }, (_, index) =>
    aCommit({ id: idOf(`${10 + index}`), subject: `Run ${index}` })
  );
  await show(many, true);
  fireEvent.change(screen.getByRole('searchbox'), {
    target: { value: 'begin' }
  });
  expect(screen.queryAllByRole('listitem')).toHaveLength(0);
  expect(screen.getByText('None of the newest 30 commits.')).not.toBeNull();
  await act(async () => {
    fireEvent.click(screen.getByRole('button', { name: 'Show older commits' }));
    await new Promise(resolve => setTimeout(resolve));
  });
  expect(row('Begin')).not.toBeNull();
  expect(
    screen.queryByRole('button', { name: 'Show older commits' })
  ).toBeNull();
});

it('shows what git holds as text, with what would act made visible', async () => {
  await show([
    aCommit({ subject: '<b>bold</b>\u202egnp.exe', refs: ['a\u200bb'] })
  ]);
  const [item] = screen.getAllByRole('listitem');
  expect(item?.textContent).toContain('<b>bold</b>[U+202E]gnp.exe');
  expect(item?.textContent).toContain('a[U+200B]b');
  expect(item?.querySelector('b')).toBeNull();
});

it('shows why an act was refused', async () => {
  await show(three);
  act(() => {
    model.setView({ refusal: refusal('would-overwrite').problem });
  });
  expect(screen.getByRole('alert').textContent).toContain(
    'Refused: would-overwrite.'
  );
});

it('takes the focus to the commits, even when they come later', async () => {
  let come: (() => void) | undefined;
  const client = fakeClient({
    log: () =>
      new Promise(resolve => {
        come = () => {
          resolve({ commits: three, more: false });
        };
      })
  });
  const repository = new RepositoryModel(client, null);
  const widget = new CommitsWidget({
    trans,
    model: new CommitsModel(repository),
    onReset: () => undefined,
    onShow: () => undefined,
    onMenu: () => undefined
  });
  const frame = async (): Promise<void> => {
    await act(async () => {
      await new Promise(resolve => requestAnimationFrame(resolve));
      await new Promise(resolve => setTimeout(resolve));
    });
  };
  act(() => {
    Widget.attach(widget, document.body);
  });
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await frame();
  act(() => {
    widget.activate();
  });
  await frame();
  expect(document.activeElement?.textContent).toBe('Commits');
  await act(async () => {
    come?.();
    // Until the answer has gone through all hands, and before the next frame.
    for (let hand = 0; hand < 20; hand++) {
      await Promise.resolve();
    }
  });
  await frame();
  expect(document.activeElement).toBe(row('Third'));
  widget.dispose();
});
