import { nullTranslator } from '@jupyterlab/translation';
import { act, render, screen, within } from '@testing-library/react';
import React from 'react';
import type { CellChange, FileDiff } from '../api/schema';
import { FileList } from '../panels/review/list';
import { ReviewModel } from '../panels/review/model';
import { RepositoryModel } from '../repository/model';
import { aWarning } from '../testing/diffFixtures';
import { fakeClient } from '../testing/fakeClient';
import { aStatus } from '../testing/fixtures';
import { Cell } from './cell';
import { Languages } from './language';
import { DiffModel } from './model';
import { Parts } from './parts';
import { Diff } from './view';
import { byWeight, FirstWarning, Warnings } from './warnings';

const trans = nullTranslator.load('jupyter_mlgit');

function aFile(change: Partial<FileDiff> = {}): FileDiff {
  return {
    path: 'train.ipynb',
    oldPath: null,
    change: 'modified',
    kind: 'binary',
    oldMode: 0o100644,
    newMode: 0o100644,
    oldSize: 1,
    newSize: 2,
    added: null,
    deleted: null,
    hunks: [],
    cells: [],
    metadata: [],
    counts: null,
    conflict: false,
    note: null,
    pair: null,
    truncated: null,
    content: '1',
    warnings: [aWarning()],
    ...change
  };
}

const MANY = [
  aWarning({ rule: 'device', severity: 'low', message: 'device changed' }),
  aWarning(),
  aWarning({ rule: 'seed', severity: 'medium', message: 'seed removed' })
];

test('of what matters as much, what stands above comes first', () => {
  const told = [
    aWarning({ cell: 4, line: 1, message: 'c' }),
    aWarning({ cell: 2, line: 9, message: 'b' }),
    aWarning({ cell: 2, line: 3, message: 'a' }),
    aWarning({ cell: null, line: null, message: 'whole' })
  ];
  expect(byWeight(told).map(one => one.message)).toEqual([
    'whole',
    'a',
    'b',
    'c'
  ]);
});

test('what matters most comes first', () => {
  expect(byWeight(MANY).map(one => one.severity)).toEqual([
    'high',
    'medium',
    'low'
  ]);
});

test('a line of the list shows the foremost, and how many more', () => {
  const { container } = render(<FirstWarning trans={trans} warnings={MANY} />);
  expect(container.textContent).toBe('normalisation removed · cell 4+2 more');
  screen.getByRole('img', { name: 'Warning, high:' });
});

test('a file without a warning shows no sign', () => {
  const { container } = render(
    <>
      <FirstWarning trans={trans} warnings={[]} />
      <Warnings trans={trans} warnings={[]} />
    </>
  );
  expect(container.childElementCount).toBe(0);
});

test('what a file says is shown as text', () => {
  const message = 'lr changed: <img src=x>\u202e';
  const { container } = render(
    <Warnings trans={trans} warnings={[aWarning({ message })]} />
  );
  expect(container.querySelector('img')).toBeNull();
  expect(container.textContent).toContain('<img src=x>');
  expect(container.textContent).not.toContain('\u202e');
  screen.getByText('cell 4, line 2');
});

test('the header of a cell shows its warnings', () => {
  const change: CellChange = {
    n: 1,
    change: 'edited',
    moved: false,
    oldIndex: 3,
    newIndex: 3,
    id: null,
    kind: 'code',
    oldKind: 'code',
    hunks: [],
    metadata: [],
    attachments: [],
    outputs: null,
    fails: null
  };
  const repository = new RepositoryModel(fakeClient({}), null);
  const place = {
    path: 'train.ipynb',
    comparison: { revisions: [], staged: false, untracked: true }
  };
  const model = new DiffModel(repository, 'project', place);
  render(
    <Cell
      name="cell"
      trans={trans}
      model={model}
      row={{ type: 'changed', change, oldSource: '', newSource: '' }}
      warnings={MANY}
      goToCell={null}
      parts={new Parts()}
      view={model.view}
      code={null}
      markdown={null}
      folded={() => ''}
    />
  );
  const rows = within(
    screen.getByRole('list', { name: 'Warnings' })
  ).getAllByRole('listitem');
  expect(rows.map(row => row.textContent)).toEqual([
    'normalisation removedline 2normalisation',
    'seed removedline 2seed',
    'device changedline 2device'
  ]);
  expect(rows[0]?.title).toContain('# mlgit: ignore[normalisation]');
});

test('a file that is no notebook shows them above', async () => {
  const diff = aFile({
    warnings: [aWarning({ cell: null, line: 7, message: 'lr changed' })]
  });
  const repository = new RepositoryModel(
    fakeClient({
      fileSides: () =>
        Promise.resolve({
          old: 'index',
          new: 'working files',
          diff,
          oldSide: null,
          newSide: null
        })
    }),
    null
  );
  const place = {
    path: 'train.py',
    comparison: { revisions: [], staged: false, untracked: true }
  };
  render(
    <Diff
      trans={trans}
      model={new DiffModel(repository, 'project', place)}
      languages={new Languages(null)}
      goToCell={null}
      top={Promise.resolve('work')}
      parts={new Parts()}
      onGo={() => undefined}
    />
  );
  await screen.findByText('lr changed');
  screen.getByText('line 7');
  // Which repository it is, where the server's root is none.
  await screen.findByText('in work');
});

test('the list of files shows them beside the file', async () => {
  const client = fakeClient({
    status: () =>
      Promise.resolve(
        aStatus({
          changes: [
            {
              path: 'train.ipynb',
              oldPath: null,
              index: null,
              worktree: 'modified',
              conflict: null,
              kind: 'notebook'
            }
          ] as never
        })
      ),
    diffSummary: () =>
      Promise.resolve({
        old: 'index',
        new: 'working files',
        files: [aFile({ warnings: MANY })]
      })
  });
  const repository = new RepositoryModel(client, null);
  const model = new ReviewModel(repository);
  const nothing = (): undefined => undefined;
  render(
    <FileList
      trans={trans}
      model={model}
      onOpen={nothing}
      onMenu={nothing}
      onCommand={nothing}
    />
  );
  await act(async () => {
    repository.setFolder('project');
    repository.setAttention('panel', true);
    await new Promise(resolve => setTimeout(resolve));
  });
  const sign = await screen.findByRole('img', { name: 'Warning, high:' });
  expect(sign.closest('[role="option"]')?.textContent).toContain(
    'normalisation removed · cell 4+2 more'
  );
});
