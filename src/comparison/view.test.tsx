import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { RepositoryModel } from '../repository/model';
import { idOf } from '../testing/commitFixtures';
import {
  aChangedFile,
  anOverview,
  anOverviewSide
} from '../testing/comparisonFixtures';
import { fakeClient, refusal, type IFakeClient } from '../testing/fakeClient';
import { ComparisonModel } from './model';
import type { Subject } from './subject';
import { Comparison } from './view';

const trans = nullTranslator.load('jupyter_mlgit');
const BRANCHES: Subject = {
  kind: 'commits',
  old: 'refs/heads/main',
  new: 'refs/heads/feature',
  name: null
};

let client: IFakeClient;
let model: ComparisonModel;
let done: string[];

async function settle(): Promise<void> {
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve, 120));
  });
}

async function show(
  subject: Subject = BRANCHES,
  top: string | null = ''
): Promise<void> {
  model = new ComparisonModel(
    new RepositoryModel(client, null),
    'project',
    subject,
    true
  );
  done = [];
  const note = (what: string) => (): void => {
    done.push(what);
  };
  render(
    <Comparison
      trans={trans}
      model={model}
      top={Promise.resolve(top)}
      acts={{
        choose: note('choose'),
        swap: subject.kind === 'commits' ? note('swap') : null,
        exportPatch: () => {
          done.push('export');
          return Promise.resolve();
        },
        recover: note('recover'),
        open: path => {
          done.push(`open ${path}`);
        }
      }}
    />
  );
  await settle();
}

async function press(name: string | RegExp): Promise<void> {
  fireEvent.click(screen.getByRole('button', { name }));
  await settle();
}

beforeEach(() => {
  client = fakeClient({ overview: () => Promise.resolve(anOverview()) });
});

afterEach(() => {
  model.dispose();
});

it('shows both sides, what can be done, and the files', async () => {
  await show();
  expect(screen.getByRole('heading').textContent).toBe(
    'mainaaa1111→featurebbb2222'
  );
  await press('Compare the other way round');
  await press('Compare other branches or commits');
  await press(/^Download all/);
  fireEvent.click(screen.getByText('train.py'));
  expect(done).toEqual(['swap', 'choose', 'export', 'open train.py']);
});

it('names the repository where the server has others beside it', async () => {
  await show(BRANCHES, 'work/proj');
  expect(screen.getByTitle('Repository: work/proj').textContent).toBe(
    'in work/proj'
  );
});

it.each(['', null])('names none where there is but one', async top => {
  await show(BRANCHES, top);
  expect(screen.queryByTitle(/^Repository/)).toBeNull();
});

it('says how many checkpoints are left out, and shows them', async () => {
  const files = [
    aChangedFile({ path: '.ipynb_checkpoints/a.ipynb', change: 'untracked' })
  ];
  client.answer({ overview: () => Promise.resolve(anOverview({ files })) });
  await show();
  expect(screen.getByText('1 checkpoint of Jupyter is left out.')).toBeTruthy();
  expect(screen.getByText(/changed no file in the end/)).toBeTruthy();
  await press('Show the checkpoints');
  expect(screen.getByText('a.ipynb')).toBeTruthy();
  expect(
    screen.getByText('.ipynb_checkpoints/', { selector: 'code' })
  ).toBeTruthy();
  await press('Leave out the checkpoints');
  expect(screen.queryByText('a.ipynb')).toBeNull();
});

it('switches between both ways of comparing', async () => {
  await show();
  const since = screen.getByRole('button', { name: 'Since it left main' });
  expect(since.getAttribute('aria-pressed')).toBe('true');
  await press('All differences');
  expect(since.getAttribute('aria-pressed')).toBe('false');
  expect(
    client.asked.filter(({ verb }) => verb === 'overview').at(-1)?.args[1]
  ).toMatchObject({ revisions: ['refs/heads/main', 'refs/heads/feature'] });
});

it('leads on where two branches have nothing in common', async () => {
  client.answer({
    overview: () => Promise.reject(refusal('no-common-commit'))
  });
  await show();
  expect(screen.getByRole('alert').textContent).toContain('no-common-commit');
  client.answer({ overview: () => Promise.resolve(anOverview()) });
  await press('Show all differences');
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.getByText('train.py')).toBeTruthy();
});

it('leads to what was deleted, where a name means nothing', async () => {
  client.answer({ overview: () => Promise.reject(refusal('bad-revision')) });
  await show();
  await press('Look in Recovery');
  await press('Compare others…');
  expect(done).toEqual(['recover', 'choose']);
  client.answer({ overview: () => Promise.resolve(anOverview()) });
  await press('Try again');
  expect(screen.getByText('train.py')).toBeTruthy();
});

it('says that a side has moved until it is asked to follow', async () => {
  await show();
  client.answer({
    overview: () =>
      Promise.resolve(
        anOverview({
          stamp: 'stamp-2',
          new: anOverviewSide({ name: 'feature', id: idOf('ddd4444') })
        })
      )
  });
  await act(() => model.check());
  expect(
    screen.getByText(/feature has moved from bbb2222 to ddd4444\./)
  ).toBeTruthy();
  await press('Refresh');
  expect(screen.queryByText(/has moved/)).toBeNull();
});

it('says why no file is listed', async () => {
  client.answer({
    overview: () => Promise.resolve(anOverview({ files: [], ahead: 0 }))
  });
  await show();
  expect(
    screen.getByText('feature has no commit that main does not have.')
  ).toBeTruthy();
});

it('names the commit whose changes it shows', async () => {
  client.answer({
    overview: () =>
      Promise.resolve(
        anOverview({
          new: anOverviewSide({ subject: 'Merge it', parents: 2 })
        })
      )
  });
  await show({ kind: 'own', rev: idOf('aaa1111') });
  expect(screen.getByRole('heading').textContent).toContain('Merge it');
  expect(screen.getByRole('heading').textContent).toContain(
    'a merge of 2 commits, compared with its first parent'
  );
  expect(screen.queryByRole('button', { name: 'All differences' })).toBeNull();
});

it('finds files by their names where there are many', async () => {
  client.answer({
    overview: () =>
      Promise.resolve(
        anOverview({
          files: Array.from({ length: 12 }, (_, n) =>
            aChangedFile({ path: `src/f${n}.py` })
          )
        })
      )
  });
  await show();
  const field = screen.getByRole('searchbox');
  fireEvent.change(field, { target: { value: 'f11' } });
  expect(screen.getAllByRole('option')).toHaveLength(1);
  fireEvent.change(field, { target: { value: 'nothing' } });
  expect(screen.getByText('No file that differs has this name.')).toBeTruthy();
});
