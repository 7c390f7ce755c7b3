import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, render, screen, within } from '@testing-library/react';
import React from 'react';
import type { CellChange } from '../api/schema';
import { RepositoryModel } from '../repository/model';
import {
  aCellChange,
  aCellCount,
  aFileDiff,
  anOutput,
  aSide,
  cellsOf,
  someSides
} from '../testing/diffFixtures';
import { fakeClient } from '../testing/fakeClient';
import { Languages } from './language';
import { DiffModel } from './model';
import { Notebook } from './notebook';
import { Parts } from './parts';

const trans = nullTranslator.load('jupyter_mlgit');

/** Shows a notebook; without another order its cells are the same on both sides. */
function show(
  cells: readonly CellChange[],
  olds: readonly string[],
  news = olds
): Parts {
  const comparison = { revisions: [], staged: false, untracked: true };
  const client = fakeClient({
    output: (_, __, { mime }) =>
      Promise.resolve({ mime, content: null, truncated: false })
  });
  const model = new DiffModel(new RepositoryModel(client, null), 'project', {
    path: 'train.ipynb',
    comparison
  });
  const parts = new Parts();
  render(
    <div className="jp-mlgit-Diff-body">
      <Notebook
        trans={trans}
        model={model}
        sides={someSides({
          diff: aFileDiff({ cells, counts: aCellCount() }),
          oldSide: aSide({ cells: cellsOf(...olds) }),
          newSide: aSide({ cells: cellsOf(...news) })
        })}
        view={model.view}
        languages={new Languages(null)}
        goToCell={null}
        parts={parts}
        folded={() => ''}
      />
    </div>
  );
  return parts;
}

beforeAll(() => {
  Element.prototype.scrollBy = jest.fn();
});

const outputs = { old: [anOutput()], new: [anOutput({ mime: 'image/png' })] };

it('shows the source of a cell that moved, and leads there from its old place', () => {
  const moved = aCellChange({
    change: 'moved',
    moved: true,
    oldIndex: 0,
    newIndex: 1
  });
  show([moved], ['lr = 1', 'train()'], ['train()', 'lr = 1']);
  const cell = screen.getByRole('region', { name: 'Cell 1 → 2, moved' });
  expect(within(cell).getByText('lr = 1')).toBeTruthy();
  expect(within(cell).queryByRole('button')).toBeNull();
  fireEvent.click(
    screen.getByRole('button', { name: 'Cell 1 moved to cell 2' })
  );
  expect(document.activeElement).toBe(cell);
});

it('folds the long source of a cell that failed, and finds what it holds', () => {
  const failed = aCellChange({ change: 'outputs', outputs, fails: 'KeyError' });
  const source = Array.from({ length: 30 }, (_, n) => `step_${n}()`).join('\n');
  const parts = show([failed], [source]);
  const button = screen.getByRole('button', { name: 'Show 20 more lines' });
  const part = parts.all.find(({ node }) => node.contains(button));
  const [hit] = part?.find(/step_25/g) ?? [];
  expect(hit?.text).toBe('step_25');
  fireEvent.click(button);
  expect(screen.getByRole('button', { name: 'Show fewer lines' })).toBeTruthy();
});

it('numbers unchanged cells, and has the outputs of those that were run anew', () => {
  const rerun = aCellChange({
    change: 'outputs',
    oldIndex: 1,
    newIndex: 1,
    outputs
  });
  const parts = show([rerun], ['import torch', 'train()', 'save()']);
  fireEvent.click(
    screen.getByRole('button', {
      name: '3 cells: code unchanged, outputs of 1 differ'
    })
  );
  expect(screen.getAllByRole('region').map(one => one.ariaLabel)).toHaveLength(
    3
  );
  const cell = screen.getByRole('region', { name: 'Cell 2' });
  expect(within(cell).getByText('outputs differ')).toBeTruthy();
  fireEvent.click(
    within(cell).getByRole('button', { name: '▸ Outputs: 1 text → 1 image' })
  );
  expect(within(cell).getAllByRole('figure')).toHaveLength(2);
  expect(screen.getAllByText('outputs differ')).toHaveLength(1);
  expect(parts.all[0]?.find(/save/g)).toHaveLength(1);
});
