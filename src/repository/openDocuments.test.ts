import { nullTranslator } from '@jupyterlab/translation';
import { fakeClient, refusal, type IFakeClient } from '../testing/fakeClient';
import { aFile, aStatus } from '../testing/fixtures';
import {
  OpenDocuments,
  topFolder,
  type IDesk,
  type IOpenDocument
} from './openDocuments';

const trans = nullTranslator.load('jupyter_mlgit');
let client: IFakeClient;
let happened: string[];
let answer: boolean;
let open: IOpenDocument[];
let documents: OpenDocuments;

function aDocument(
  path: string,
  change: { -readonly [K in keyof IOpenDocument]?: IOpenDocument[K] } = {}
): IOpenDocument {
  const one = {
    path,
    dirty: false,
    save: () => {
      happened.push(`save ${path}`);
      one.dirty = false;
      return Promise.resolve();
    },
    revert: () => {
      happened.push(`revert ${path}`);
      return Promise.resolve();
    },
    onDisk: () => Promise.resolve('other' as 'same' | 'other' | 'gone'),
    ...change
  };
  return one;
}

function around(): Promise<string | null> {
  return documents.around(
    'work/project/sub',
    '/srv/project',
    'Save and switch',
    () => {
      happened.push('act');
      return Promise.resolve('done');
    }
  );
}

beforeEach(() => {
  happened = [];
  answer = true;
  open = [];
  client = fakeClient({
    status: at =>
      at.startsWith('work/project')
        ? Promise.resolve(aStatus())
        : Promise.reject(refusal('not-a-repository'))
  });
  const desk: IDesk = {
    documents: () => open,
    ask: (paths, accept) => {
      happened.push(`ask ${accept}: ${paths.join(', ')}`);
      return Promise.resolve(answer);
    },
    tell: (tone, message) => {
      happened.push(`${tone} ${message}`);
    }
  };
  documents = new OpenDocuments(trans, client, desk);
});

it('acts at once, and asks nothing, where no document is open', async () => {
  await expect(around()).resolves.toBe('done');
  expect(happened).toEqual(['act']);
  expect(client.asked).toEqual([]);
});

it('saves before the act and shows the new content after it', async () => {
  open = [
    aDocument('work/project/train.py', { dirty: true }),
    aDocument('work/project/sub/notes.md')
  ];
  await expect(around()).resolves.toBe('done');
  expect(happened).toEqual([
    'ask Save and switch: work/project/train.py',
    'save work/project/train.py',
    'act',
    'revert work/project/train.py',
    'revert work/project/sub/notes.md'
  ]);
});

it('leaves the documents of other folders alone', async () => {
  open = [aDocument('work/projects/train.py', { dirty: true })];
  await around();
  expect(happened).toEqual(['act']);
});

it('asks nothing of those that the person has agreed to, and saves no others', async () => {
  open = [
    aDocument('work/project/train.py', { dirty: true }),
    aDocument('work/project/notes.md', { dirty: true })
  ];
  const at = ['work/project/sub', '/srv/project'] as const;
  const paths = ['train.py', 'other.py'];
  expect(await documents.unsaved(...at, paths)).toEqual(['train.py']);
  const saved = await documents.around(...at, paths, one =>
    Promise.resolve([...one])
  );
  expect(saved).toEqual(['train.py']);
  expect(happened[0]).toBe('save work/project/train.py');
  expect(happened).not.toContain('save work/project/notes.md');
});

it('does nothing when the person cancels', async () => {
  answer = false;
  open = [aDocument('work/project/train.py', { dirty: true })];
  await expect(around()).resolves.toBeNull();
  expect(happened).toEqual(['ask Save and switch: work/project/train.py']);
});

it('does not act when one of the documents can not be saved', async () => {
  open = [
    aDocument('work/project/train.py', {
      dirty: true,
      save: () => Promise.reject(new Error('disk full'))
    }),
    aDocument('work/project/notes.md', { dirty: true })
  ];
  await expect(around()).resolves.toBeNull();
  expect(happened).not.toContain('act');
  expect(happened.at(-1)).toBe(
    'error Not saved: train.py. Nothing was changed; save it, then try again.'
  );
});

it('leaves documents open whose file is the same, or gone, and says so of the latter', async () => {
  open = [
    aDocument('work/project/a.py', { onDisk: () => Promise.resolve('same') }),
    aDocument('work/project/b.py', { onDisk: () => Promise.resolve('gone') })
  ];
  await around();
  expect(happened).toEqual([
    'act',
    'info No longer a file here, but still open: b.py. Undo brings the file back.'
  ]);
});

it('shows anew what belongs to a pair of which the other half changed', async () => {
  open = ['a.ipynb', 'b.ipynb', 'c.ipynb'].map(name =>
    aDocument(`work/project/notebooks/${name}`, {
      onDisk: () => Promise.resolve('same')
    })
  );
  await documents.around('work/project', '/srv/project', 'Save', () =>
    Promise.resolve({
      files: [
        aFile('scripts/a.py', 'overwritten', ['notebooks/a.ipynb']),
        aFile('notebooks/b.py', 'overwritten', []),
        aFile('notebooks/c.md', 'deleted', ['c.ipynb'])
      ]
    })
  );
  expect(happened).toEqual(['revert work/project/notebooks/a.ipynb']);
});

it('warns of a document that could not follow', async () => {
  const typed = aDocument('work/project/typed.py');
  open = [
    typed,
    aDocument('work/project/locked.py', {
      revert: () => Promise.reject(new Error('no permission'))
    })
  ];
  await documents.around('work/project', '/srv/project', 'Save', () => {
    Object.assign(typed, { dirty: true });
    return Promise.resolve();
  });
  expect(happened).toEqual([
    'warning Still shows the content from before: typed.py, locked.py. Reload it from disk before you save it.'
  ]);
});

it('keeps what is typed while the file is looked at, and says so where the file changed', async () => {
  const typed = (name: string, standing: 'same' | 'other'): IOpenDocument => {
    const one = aDocument(`work/project/${name}`, {
      onDisk: () => {
        Object.assign(one, { dirty: true });
        return Promise.resolve(standing);
      }
    });
    return one;
  };
  open = [typed('changed.py', 'other'), typed('same.py', 'same')];
  await around();
  expect(happened).toEqual([
    'act',
    'warning Still shows the content from before: changed.py. Reload it from disk before you save it.'
  ]);
});

it('follows an act whose answer is lost, and passes the failure on', async () => {
  const typed = aDocument('work/project/typed.py');
  open = [typed, aDocument('work/project/train.py')];
  const lost = documents.around('work/project', '/srv/project', 'Save', () => {
    Object.assign(typed, { dirty: true });
    return Promise.reject(new Error('Failed to fetch'));
  });
  await expect(lost).rejects.toThrow('Failed to fetch');
  expect(happened).toEqual([
    'revert work/project/train.py',
    'warning Still shows the content from before: typed.py. Reload it from disk before you save it.'
  ]);
});

it('passes a refusal of the act on, and leaves the documents as they are', async () => {
  open = [
    aDocument('work/project/train.py', {
      onDisk: () => Promise.resolve('same')
    })
  ];
  const refused = documents.around('work/project', '/srv/project', 'Save', () =>
    Promise.reject(refusal('would-overwrite'))
  );
  await expect(refused).rejects.toThrow('would-overwrite');
  expect(happened).toEqual([]);
});

describe('topFolder', () => {
  it.each([
    ['', ''],
    ['work/project', 'work/project'],
    ['work/project/sub/deeper', 'work/project']
  ])('finds from %j the folder %j', async (at, top) => {
    await expect(topFolder(client, at, '/srv/project')).resolves.toBe(top);
  });

  it("finds that the server's root is the repository, whatever its folders are called", async () => {
    client.answer({ status: () => Promise.resolve(aStatus()) });
    await expect(topFolder(client, 'project', '/srv/project')).resolves.toBe(
      ''
    );
  });
});
