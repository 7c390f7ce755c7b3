import type { Event } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { fakeClient, refusal, type IFakeClient } from '../testing/fakeClient';
import { anOperation, aStatus } from '../testing/fixtures';
import type { IChange } from '../tokens';
import { SCHEMA_ID } from './events';
import { RepositoryModel } from './model';

const stream = new Signal<object, Event.Emission>({});
let client: IFakeClient;
let model: RepositoryModel;
let changes: IChange[];

async function settle(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve));
}

function happen(repository: string, ...what: string[]): void {
  stream.emit({ schema_id: SCHEMA_ID, repository, what });
}

beforeEach(() => {
  client = fakeClient();
  model = new RepositoryModel(client, stream);
  changes = [];
  model.changed.connect((_, change) => {
    changes.push(change);
  });
});

afterEach(() => {
  model.dispose();
});

describe('while nobody looks', () => {
  it('asks for nothing, whatever happens', async () => {
    model.setFolder('project');
    happen('project', 'refs', 'head', 'operations');
    model.setTabVisible(false);
    model.setTabVisible(true);
    await settle();
    expect(client.asked).toEqual([]);
  });

  it('asks for nothing while the tab is in the background, and catches up', async () => {
    model.setFolder('project');
    model.setAttention('panel', true);
    await settle();
    model.setTabVisible(false);
    const before = client.asked.length;
    happen('project', 'refs');
    await settle();
    expect(client.asked).toHaveLength(before);
    model.setTabVisible(true);
    await settle();
    expect(client.count('status')).toBe(2);
  });
});

describe('with two views in sight and the panel closed', () => {
  it('follows everything, until nobody looks any more', async () => {
    model.setFolder('project');
    const views = [{}, {}] as const;
    views.forEach(view => {
      model.setAttention(view, true);
    });
    await settle();
    happen('project', 'refs');
    await settle();
    expect(changes.at(-1)).toEqual({ moved: false, what: new Set(['refs']) });
    model.setAttention(views[0], false);
    happen('project', 'head');
    await settle();
    expect(changes.at(-1)).toEqual({ moved: false, what: new Set(['head']) });
    const before = changes.length;
    model.setAttention(views[1], false);
    happen('project', 'refs');
    await settle();
    expect(changes).toHaveLength(before);
  });
});

describe('with the panel open', () => {
  beforeEach(async () => {
    model.setFolder('project');
    model.setAttention('panel', true);
    await settle();
  });

  it('lets the server watch, and tells the sections to begin', () => {
    expect(client.count('watch')).toBe(1);
    expect(model.state.status?.branch).toBe('main');
    expect(changes.map(change => change.moved)).toEqual([true]);
  });

  it('follows an event of its repository with what it says', async () => {
    happen('project', 'refs');
    await settle();
    expect([...(changes.at(-1)?.what ?? [])]).toEqual(['refs']);
    expect(changes.at(-1)?.moved).toBe(false);
    expect(client.count('watch')).toBe(1);
  });

  it('asks nothing for the files that a training run writes', async () => {
    happen('project', 'files');
    await settle();
    expect([...(changes.at(-1)?.what ?? [])]).toEqual(['files']);
    expect(client.count('status')).toBe(1);
  });

  it.each(['projects', 'other', 'project/nested'])(
    'lets an event of %s pass',
    async repository => {
      happen(repository, 'refs');
      await settle();
      expect(changes).toHaveLength(1);
    }
  );

  it('does not disturb the sections when the folder changes inside', async () => {
    model.setFolder('project/notebooks');
    await settle();
    expect(changes.map(change => change.moved)).toEqual([true, false]);
    expect(model.state.at).toBe('project/notebooks');
    happen('project', 'refs');
    await settle();
    expect(changes).toHaveLength(3);
  });

  it('begins anew in another repository', async () => {
    client.answer({
      status: () => Promise.resolve(aStatus({ root: '/srv/other' }))
    });
    model.setFolder('other');
    await settle();
    expect(changes.at(-1)?.moved).toBe(true);
    expect(client.asked.at(-1)?.args[0]).toBe('other');
  });

  it('says why there is no repository', async () => {
    client.answer({
      status: () => Promise.reject(refusal('not-a-repository'))
    });
    model.setFolder('plain');
    await settle();
    expect(model.state.status).toBeNull();
    expect(model.state.trouble?.code).toBe('not-a-repository');
    expect(changes.at(-1)?.moved).toBe(true);
  });

  it('notices that the repository is gone', async () => {
    client.answer({
      status: () => Promise.reject(refusal('not-a-repository'))
    });
    happen('project', 'refs');
    await settle();
    expect(model.state.status).toBeNull();
    expect(changes.at(-1)?.moved).toBe(true);
  });

  it('shows the folder that was asked for last, whichever answer comes last', async () => {
    const answers: ((root: string) => void)[] = [];
    client.answer({
      status: () =>
        new Promise(resolve => {
          answers.push(root => {
            resolve(aStatus({ root }));
          });
        })
    });
    model.setFolder('a');
    model.setFolder('b');
    answers[0]?.('/srv/a');
    await settle();
    answers[1]?.('/srv/b');
    await settle();
    expect(model.state.at).toBe('b');
    expect(model.state.status?.root).toBe('/srv/b');
    expect(changes.filter(change => change.moved)).toHaveLength(2);
  });
});

describe('with the status bar only', () => {
  it('asks for the branch, and again only when HEAD goes elsewhere', async () => {
    model.setFolder('project');
    model.setAttention('status-bar', true);
    await settle();
    happen('project', 'files', 'index', 'refs', 'operations');
    await settle();
    expect(client.asked.map(({ verb }) => verb)).toEqual(['status']);
    happen('project', 'head');
    await settle();
    expect(client.count('status')).toBe(2);
    expect(client.count('watch')).toBe(0);
  });

  it('gives the sections everything once the panel opens', async () => {
    model.setFolder('project');
    model.setAttention('status-bar', true);
    await settle();
    model.setAttention('panel', true);
    await settle();
    expect(client.count('watch')).toBe(1);
    expect(changes.map(change => change.moved)).toEqual([true]);
  });
});

describe('act', () => {
  beforeEach(async () => {
    model.setFolder('project');
    model.setAttention('panel', true);
    await settle();
  });

  it('hands over the folder and the state that the person saw', async () => {
    const result = await model.act((at, token) => Promise.resolve([at, token]));
    expect(result).toEqual(['project', 'token-1']);
    await settle();
    expect(changes).toHaveLength(2);
  });

  it('looks again when the server says that the state is another', async () => {
    const refused = model.act(() => Promise.reject(refusal('state-changed')));
    await expect(refused).rejects.toThrow('state-changed');
    await settle();
    expect(client.count('status')).toBe(2);
  });

  it('finds the operation that undo would take back', async () => {
    client.answer({
      operations: () =>
        Promise.resolve({
          operations: [anOperation()],
          undo: 'op-1',
          redo: null
        })
    });
    await model.refresh();
    expect(model.operation(model.state.operations?.undo ?? null)?.title).toBe(
      'Delete branch exp/lr-3e4'
    );
    expect(model.operation(null)).toBeNull();
  });
});

describe('without an answer', () => {
  const acting = (): Promise<unknown> =>
    model.act(() => Promise.reject(refusal('unanswered')));
  const away = { status: () => Promise.reject(refusal('unreachable')) };

  beforeEach(async () => {
    model.configure({ onReturn: true, fallbackSeconds: 0 });
    model.setFolder('project');
    model.setAttention('panel', true);
    await settle();
    changes = [];
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('says that nobody knows whether it was done, and looks when the server is back', async () => {
    client.answer(away);
    await expect(acting()).rejects.toThrow('unanswered');
    await jest.advanceTimersByTimeAsync(1);
    expect(model.state.status).toBeNull();
    expect(model.state.unanswered?.code).toBe('unanswered');
    client.answer({
      status: () => Promise.resolve(aStatus({ stateToken: 'done' })),
      operations: () =>
        Promise.resolve({
          operations: [anOperation()],
          undo: 'op-1',
          redo: null
        })
    });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(model.state.status?.stateToken).toBe('done');
    expect(model.state.operations?.undo).toBe('op-1');
    expect(model.state.unanswered?.code).toBe('unanswered');
    const asked = client.count('status');
    await jest.advanceTimersByTimeAsync(600_000);
    expect(client.count('status')).toBe(asked);
    model.dismissUnanswered();
    expect(model.state.unanswered).toBeNull();
  });

  it('lets the sections keep what they show, and follow when it is back', async () => {
    client.answer(away);
    await expect(acting()).rejects.toThrow('unanswered');
    await jest.advanceTimersByTimeAsync(1);
    changes = [];
    client.answer({ status: () => Promise.resolve(aStatus()) });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(changes.map(({ moved }) => moved)).toEqual([false]);
    expect(changes[0]?.what.has('operations')).toBe(true);
    expect(client.count('watch')).toBeGreaterThan(1);
  });

  it('does not look again while nobody looks', async () => {
    client.answer(away);
    await model.refresh();
    model.setAttention('panel', false);
    const asked = client.count('status');
    await jest.advanceTimersByTimeAsync(600_000);
    expect(client.count('status')).toBe(asked);
  });

  it('says it no longer in another repository', async () => {
    await expect(acting()).rejects.toThrow('unanswered');
    client.answer({
      status: () => Promise.resolve(aStatus({ root: '/srv/other' }))
    });
    model.setFolder('other');
    await jest.advanceTimersByTimeAsync(1);
    expect(model.state.unanswered).toBeNull();
  });
});
