import { Signal } from '@lumino/signaling';
import type { Overview } from '../api/schema';
import { RepositoryModel } from '../repository/model';
import { idOf } from '../testing/commitFixtures';
import {
  aChangedFile,
  anOverview,
  anOverviewSide
} from '../testing/comparisonFixtures';
import { aFileDiff, aWarning } from '../testing/diffFixtures';
import { fakeClient, refusal, type IFakeClient } from '../testing/fakeClient';
import type { Aspect, IChange, IRepository } from '../tokens';
import { ComparisonModel } from './model';
import type { Subject } from './subject';

const BRANCHES: Subject = {
  kind: 'commits',
  old: 'refs/heads/main',
  new: 'refs/heads/feature',
  name: null
};

let client: IFakeClient;
let changed: Signal<object, IChange>;
let model: ComparisonModel;

async function start(
  overview: Overview,
  subject: Subject = BRANCHES
): Promise<void> {
  jest.useFakeTimers();
  client = fakeClient({
    overview: () => Promise.resolve(overview),
    diffSummary: (_, __, paths) =>
      Promise.resolve({
        old: 'x',
        new: 'y',
        files: paths.map(path => aFileDiff({ path, added: 2, deleted: 1 }))
      })
  });
  const real = new RepositoryModel(client, null);
  changed = new Signal<object, IChange>(real);
  model = new ComparisonModel(
    Object.create(real, { changed: { value: changed } }) as IRepository,
    'project',
    subject,
    true
  );
  await model.overview.refresh();
  await settle();
}

async function settle(): Promise<void> {
  await jest.advanceTimersByTimeAsync(1000);
}

async function happens(...what: readonly Aspect[]): Promise<void> {
  changed.emit({ moved: false, what: new Set(what) });
  await settle();
}

function asked(verb: 'overview' | 'diffSummary'): readonly unknown[][] {
  return client.asked
    .filter(one => one.verb === verb)
    .map(({ args }) => [...args]);
}

afterEach(() => {
  model.dispose();
  jest.useRealTimers();
});

const many = (count: number): Overview =>
  anOverview({
    files: Array.from({ length: count }, (_, n) =>
      aChangedFile({ path: `f${n}` })
    )
  });

it('asks by name first, and by what that meant from then on', async () => {
  await start(anOverview());
  expect(asked('overview')).toEqual([
    [
      'project',
      {
        revisions: ['refs/heads/main...refs/heads/feature'],
        staged: false,
        untracked: false
      },
      true
    ]
  ]);
  const exact = {
    revisions: [idOf('ccc3333'), idOf('bbb2222')],
    staged: false,
    untracked: false
  };
  expect(asked('diffSummary')).toEqual([['project', exact, ['train.py']]]);
  expect(model.place('train.py')).toEqual({
    path: 'train.py',
    comparison: exact
  });
});

it('compares what is in sight first, then the others for the sums', async () => {
  await start(many(600));
  const batches = asked('diffSummary').map(([, , paths]) => paths as string[]);
  expect(batches.map(({ length }) => length)).toEqual(Array(25).fill(16));
  expect(model.totals).toMatchObject({
    files: 600,
    compared: 400,
    added: 800,
    deleted: 400
  });
  model.see(model.files.slice(500, 520));
  await settle();
  const seen = asked('diffSummary').slice(25);
  expect(seen.map(([, , paths]) => (paths as string[]).length)).toEqual([
    6, 6, 6, 2
  ]);
  expect(model.totals.compared).toBe(420);
  model.see(model.files.slice(500, 520));
  await settle();
  expect(asked('diffSummary')).toHaveLength(29);
});

it('has the first words after a few files, and lets what comes into sight go first', async () => {
  await start(anOverview({ files: [] }));
  const release: (() => void)[] = [];
  client.answer({
    overview: () => Promise.resolve({ ...many(90), exact: [idOf('1')] }),
    diffSummary: (_, __, paths) =>
      new Promise(resolve => {
        release.push(() => {
          resolve({
            old: 'x',
            new: 'y',
            files: paths.map(path => aFileDiff({ path }))
          });
        });
      })
  });
  const answer = async (): Promise<unknown> => {
    release.shift()?.();
    await settle();
    return asked('diffSummary').at(-1)?.[2];
  };
  await model.reload();
  model.see(model.files.slice(0, 30));
  await settle();
  expect(asked('diffSummary').at(-1)?.[2]).toEqual([
    'f0',
    'f1',
    'f2',
    'f3',
    'f4',
    'f5'
  ]);
  model.see(model.files.slice(60, 80));
  expect(await answer()).toEqual(['f60', 'f61', 'f62', 'f63', 'f64', 'f65']);
  expect([...model.known.keys()]).toHaveLength(6);
});

it('says that a side has moved, and shows it when that is asked for', async () => {
  await start(anOverview());
  const now = anOverview({
    stamp: 'stamp-2',
    new: anOverviewSide({ name: 'feature', id: idOf('ddd4444') }),
    exact: [idOf('ccc3333'), idOf('ddd4444')],
    files: [aChangedFile({ path: 'more.py' })]
  });
  client.answer({
    overview: (_, __, files) =>
      Promise.resolve(files ? now : { ...now, files: [] })
  });
  await happens('refs');
  expect(asked('overview').at(-1)?.[2]).toBe(false);
  expect(model.view.news).toMatchObject({ kind: 'moved' });
  expect(model.files.map(({ path }) => path)).toEqual(['train.py']);
  expect(model.place('train.py')?.comparison.revisions[1]).toBe(
    idOf('bbb2222')
  );
  await model.reload();
  await settle();
  expect(model.view.news).toBeNull();
  expect(model.files.map(({ path }) => path)).toEqual(['more.py']);
  expect([...model.known.keys()]).toEqual(['more.py']);
});

it('keeps what it shows when a side goes, and takes it back when it comes', async () => {
  await start(anOverview());
  client.answer({
    overview: () => Promise.reject(refusal('bad-revision'))
  });
  await happens('refs');
  expect(model.view.news).toMatchObject({ kind: 'gone' });
  expect(model.files).toHaveLength(1);
  client.answer({ overview: () => Promise.reject(refusal('unreachable')) });
  await happens('refs');
  expect(model.view.news).toMatchObject({ kind: 'gone' });
  client.answer({ overview: () => Promise.resolve(anOverview()) });
  await happens('refs');
  expect(model.view.news).toBeNull();
});

it('looks after files only where working files are a side', async () => {
  await start(anOverview());
  await happens('files');
  expect(asked('overview')).toHaveLength(1);
  model.dispose();
  await start(anOverview(), { kind: 'working', rev: 'HEAD~1' });
  expect(asked('overview')[0]?.[1]).toEqual({
    revisions: ['HEAD~1'],
    staged: false,
    untracked: true
  });
  await happens('files');
  expect(asked('overview')).toHaveLength(2);
});

it('asks for the other way of comparing', async () => {
  await start(anOverview());
  model.setView({ since: false });
  expect(model.files).toEqual([]);
  await settle();
  expect(asked('overview').at(-1)?.[1]).toMatchObject({
    revisions: ['refs/heads/main', 'refs/heads/feature']
  });
  expect(model.files).toHaveLength(1);
});

it('finds files, and goes from one to the next among those', async () => {
  await start(
    anOverview({
      files: ['a/b.py', 'a/c.txt', 'd.py'].map(path => aChangedFile({ path }))
    })
  );
  expect(model.beside('a/b.py', 1)?.path).toBe('a/c.txt');
  model.setView({ filter: '.PY' });
  expect(model.files.map(({ path }) => path)).toEqual(['a/b.py', 'd.py']);
  expect(model.beside('a/b.py', 1)?.path).toBe('d.py');
  expect(model.beside('d.py', 1)).toBeNull();
  expect(model.beside('a/c.txt', 1)).toBeNull();
  expect(model.totals.files).toBe(3);
});

it('lists files whose differences the server refuses to tell', async () => {
  await start(many(2));
  client.answer({
    overview: () =>
      Promise.resolve({ ...many(2), exact: [idOf('1'), idOf('2')] }),
    diffSummary: () => Promise.reject(refusal('damaged-repository'))
  });
  await model.reload();
  await settle();
  expect(model.files).toHaveLength(2);
  expect(model.isLearning).toBe(false);
  expect(model.totals.compared).toBe(0);
});

it('leaves checkpoints of Jupyter out of files and sums, and compares none', async () => {
  const checkpoint = aChangedFile({
    path: 'nb/.ipynb_checkpoints/a-checkpoint.ipynb',
    change: 'untracked'
  });
  const tracked = aChangedFile({ path: '.ipynb_checkpoints/b.ipynb' });
  await start(anOverview({ files: [checkpoint, tracked] }), {
    kind: 'working',
    rev: 'HEAD'
  });
  const shown = (): readonly string[] => model.files.map(({ path }) => path);
  expect(shown()).toEqual([tracked.path]);
  expect([model.checkpoints, model.totals.files]).toEqual([1, 1]);
  expect(model.isLearning).toBe(false);
  expect(model.known.has(checkpoint.path)).toBe(false);
  model.setView({ checkpoints: true });
  expect(shown()).toEqual([checkpoint.path, tracked.path]);
});

it('goes round the files that deserve a second look', async () => {
  await start(many(5));
  const paths = model.files.map(({ path }) => path);
  client.answer({
    diffSummary: (_, __, wanted) =>
      Promise.resolve({
        old: 'x',
        new: 'y',
        files: wanted.map(path =>
          aFileDiff({
            path,
            warnings: [1, 3].includes(paths.indexOf(path)) ? [aWarning()] : []
          })
        )
      })
  });
  client.answer({
    overview: () => Promise.resolve({ ...many(5), exact: ['other', 'commits'] })
  });
  await model.reload();
  await settle();
  const next = (): number => {
    model.goToWarned();
    return paths.indexOf(model.view.active ?? '');
  };
  expect([next(), next(), next()]).toEqual([1, 3, 1]);
  model.setView({ filter: paths[0] ?? '' });
  expect(next()).toBe(3);
  expect(model.view.filter).toBe('');
});
