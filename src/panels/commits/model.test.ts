import type { Reset, ResetRequest } from '../../api/schema';
import {
  OpenDocuments,
  type IOpenDocument
} from '../../repository/openDocuments';
import { RepositoryModel } from '../../repository/model';
import { aCommit, aReset, idOf } from '../../testing/commitFixtures';
import {
  fakeClient,
  refusal,
  type IFakeClient
} from '../../testing/fakeClient';
import { aFile, aStatus } from '../../testing/fixtures';
import { nullTranslator } from '@jupyterlab/translation';
import { CommitsModel, found, type IResetChoice } from './model';

let client: IFakeClient;
let repository: RepositoryModel;
let model: CommitsModel;
/** What a reset would do now. */
let effect: Reset;
/** The refusals that the next acts meet, first to last. */
let refusals: Error[];
let documents: IOpenDocument[];
let wantsToSave: boolean;

async function settle(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve));
}

function choice(change: Partial<IResetChoice> = {}): IResetChoice {
  return {
    rev: idOf('a1b2c3d'),
    mode: 'hard',
    allowPushed: false,
    seen: effect,
    ...change
  };
}

/** The resets that were asked for in earnest, with the state they named. */
function acts(): readonly (readonly unknown[])[] {
  return client.asked
    .filter(
      ({ verb, args }) => verb === 'reset' && !(args[1] as ResetRequest).dryRun
    )
    .map(({ args }) => [args[1], args[2]]);
}

beforeEach(async () => {
  let token = 1;
  effect = aReset({ mode: 'hard' });
  refusals = [];
  documents = [];
  wantsToSave = true;
  client = fakeClient({
    status: () => Promise.resolve(aStatus({ stateToken: `token-${token++}` })),
    log: (_, n, after) => {
      const from = after === null ? 0 : Number.parseInt(after, 16) + 1;
      const ids = Array.from({ length: n }, (_, index) => from + index);
      return Promise.resolve({
        commits: ids.map(id =>
          aCommit({ id: id.toString(16), subject: `Commit ${id}` })
        ),
        more: true
      });
    },
    reset: (_, { dryRun }) => {
      const refused = dryRun ? undefined : refusals.shift();
      return refused === undefined
        ? Promise.resolve(dryRun ? effect : { ...effect, operation: 'op-1' })
        : Promise.reject(refused);
    }
  });
  const desk = new OpenDocuments(nullTranslator.load('jupyter_mlgit'), client, {
    documents: () => documents,
    ask: () => Promise.resolve(wantsToSave),
    tell: () => undefined
  });
  repository = new RepositoryModel(client, null, desk);
  model = new CommitsModel(repository);
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await settle();
});

afterEach(() => {
  model.dispose();
  repository.dispose();
});

describe('the list', () => {
  it('grows by a page, and a refresh asks for all of it again', async () => {
    expect(model.commits).toHaveLength(30);
    await model.more();
    expect(model.commits.map(({ subject }) => subject).slice(28, 32)).toEqual([
      'Commit 28',
      'Commit 29',
      'Commit 30',
      'Commit 31'
    ]);
    await repository.refresh();
    await settle();
    expect(model.commits).toHaveLength(60);
  });

  it('is not asked for again when only working files changed', async () => {
    const before = client.count('log');
    const only = { moved: false, what: new Set(['files'] as const) };
    (repository.changed as unknown as { emit(change: typeof only): void }).emit(
      only
    );
    await settle();
    expect(client.count('log')).toBe(before);
  });

  it('finds by words of the subject and by the beginning of the id', () => {
    const commits = [
      aCommit({ id: idOf('abc'), subject: 'Tune the LEARNING rate' }),
      aCommit({ id: idOf('def'), subject: 'Add abc' })
    ];
    expect(found(commits, ' learning ')).toEqual([commits[0]]);
    expect(found(commits, 'abc')).toEqual(commits);
    expect(found(commits, 'bc0')).toEqual([]);
  });
});

describe('a reset', () => {
  it('names the mode and the state in which it was looked at', async () => {
    client.answer({
      status: () => Promise.resolve(aStatus({ stateToken: 'fresh' }))
    });
    const done = await model.reset(choice({ mode: 'soft' }), 'Save');
    expect(done).toMatchObject({ operation: 'op-1' });
    expect(acts()).toEqual([
      [
        {
          rev: idOf('a1b2c3d'),
          soft: true,
          mixed: false,
          hard: false,
          allowPushed: false,
          dryRun: false
        },
        { stateToken: 'fresh' }
      ]
    ]);
  });

  it.each([
    ['HEAD is elsewhere', { head: { from: idOf('eee'), to: idOf('a1b2c3d') } }],
    ['the name means another', { head: { from: idOf('fff'), to: idOf('b') } }],
    ['the index is another', { index: ['train.py'] }],
    [
      'another untracked file is in the way',
      { files: [aFile('notes.md', 'endangered')] }
    ]
  ])('does nothing when, meanwhile, %s', async (_, now) => {
    const seen = choice();
    effect = { ...effect, ...now };
    await expect(model.reset(seen, 'Save')).resolves.toBe('outdated');
    expect(acts()).toEqual([]);
  });

  it('goes through when only edits were saved that it backs up', async () => {
    const seen = choice();
    effect = { ...effect, files: [aFile('a.py', 'overwritten')] };
    await expect(model.reset(seen, 'Save')).resolves.toMatchObject({
      operation: 'op-1'
    });
  });

  it('tries again when files changed that have nothing to do with it', async () => {
    refusals = [refusal('state-changed')];
    await expect(model.reset(choice(), 'Save')).resolves.toMatchObject({
      operation: 'op-1'
    });
    const [first, second] = acts();
    expect(first?.[1]).not.toEqual(second?.[1]);
  });

  it('gives up when it never comes to it', async () => {
    refusals = Array.from({ length: 9 }, () => refusal('state-changed'));
    await expect(model.reset(choice(), 'Save')).resolves.toBe('outdated');
  });

  it('has to be asked for again when a commit was pushed meanwhile', async () => {
    refusals = Array.from({ length: 9 }, () => refusal('pushed-commits'));
    await expect(model.reset(choice(), 'Save')).resolves.toBe('outdated');
  });

  it('passes other refusals on at once', async () => {
    refusals = [refusal('would-overwrite')];
    await expect(model.reset(choice(), 'Save')).rejects.toThrow(
      'would-overwrite'
    );
    expect(acts()).toHaveLength(1);
  });

  it('asks about unsaved edits only when working files change', async () => {
    documents = [
      {
        path: 'project/train.py',
        dirty: true,
        save: () => Promise.resolve(),
        revert: () => Promise.resolve(),
        onDisk: () => Promise.resolve('same' as const)
      }
    ];
    wantsToSave = false;
    await expect(model.reset(choice(), 'Save')).resolves.toBeNull();
    expect(acts()).toEqual([]);
    await expect(
      model.reset(choice({ mode: 'mixed' }), 'Save')
    ).resolves.toMatchObject({ operation: 'op-1' });
  });
});
