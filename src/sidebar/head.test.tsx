import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import type { IClient } from '../api/client';
import { RepositoryModel } from '../repository/model';
import { fakeClient, refusal, type IFakeClient } from '../testing/fakeClient';
import { anOperation, aStatus } from '../testing/fixtures';
import { Head, HeadModel } from './head';

const trans = nullTranslator.load('jupyter_mlgit');
let client: IFakeClient;
let asked: string[];

async function show(answers: Partial<IClient>): Promise<RepositoryModel> {
  client = fakeClient(answers);
  asked = [];
  const repository = new RepositoryModel(client, null);
  render(
    <Head
      trans={trans}
      repository={repository}
      head={new HeadModel()}
      onUndo={id => asked.push(`undo ${id}`)}
      onRedo={id => asked.push(`redo ${id}`)}
      onPreview={id => asked.push(`preview ${id}`)}
      onOpen={folder => asked.push(`open ${folder}`)}
    />
  );
  await act(async () => {
    repository.setFolder('project');
    repository.setAttention('panel', true);
    await new Promise(resolve => setTimeout(resolve));
  });
  return repository;
}

async function click(name: string): Promise<void> {
  await act(async () => {
    fireEvent.click(screen.getByRole('button', { name }));
    await new Promise(resolve => setTimeout(resolve));
  });
}

describe('Head', () => {
  it('names what Undo and Redo would do', async () => {
    await show({
      operations: () =>
        Promise.resolve({
          operations: [
            anOperation({ id: 'a' }),
            anOperation({ id: 'b', title: 'Create branch exp/new' })
          ],
          undo: 'a',
          redo: 'b'
        })
    });
    await click('Undo: delete branch exp/lr-3e4');
    await click('Redo: create branch exp/new');
    expect(asked).toEqual(['undo a', 'redo b']);
  });

  it('takes a double click for one, and each click after it for the act that is named', async () => {
    const acts = ['a', 'b', 'c', 'd'].map(id => anOperation({ id, title: id }));
    const repository = await show({
      operations: () => {
        // What was asked to be undone is undone by the next look.
        const left = acts.filter(({ id }) => !asked.includes(`undo ${id}`));
        return Promise.resolve({
          operations: acts,
          undo: left[0]?.id ?? null,
          redo: left.length < acts.length ? 'b' : null
        });
      }
    });
    const press = async (button: RegExp, detail: number): Promise<void> => {
      await act(async () => {
        fireEvent.click(screen.getByRole('button', { name: button }), {
          detail
        });
        await repository.refresh();
      });
    };
    await press(/^Undo/, 1);
    await press(/^Undo/, 2);
    expect(asked).toEqual(['undo a']);
    // Whoever goes on clicking has seen by now what it names.
    await press(/^Undo/, 3);
    await press(/^Undo/, 1);
    expect(asked).toEqual(['undo a', 'undo b', 'undo c']);
    // The second click may land on the button beside it, if that has grown.
    await press(/^Redo/, 2);
    expect(asked).toHaveLength(3);
    // A key that presses the button is no click of a series.
    await press(/^Undo/, 0);
    expect(asked.at(-1)).toBe('undo d');
  });

  it('offers a preview where Undo changes files', async () => {
    await show({
      operations: () =>
        Promise.resolve({
          operations: [
            anOperation({ id: 'a', title: 'Hard reset', movesFiles: true })
          ],
          undo: 'a',
          redo: null
        })
    });
    await click('Preview what Undo would do: hard reset');
    expect(asked).toEqual(['preview a']);
  });

  it('keeps the line when there is nothing to undo', async () => {
    await show({});
    const undo = screen.getByRole('button', { name: 'Nothing to undo' });
    expect((undo as HTMLButtonElement).disabled).toBe(true);
  });

  it('says why the newest act that stands can not be undone', async () => {
    await show({
      operations: () =>
        Promise.resolve({
          operations: [
            anOperation({ id: 'c', title: 'Backup', kind: 'backup' }),
            anOperation({ id: 'b', title: 'Reset', undone: true }),
            anOperation({
              id: 'a',
              title: 'Commit: train longer',
              undoable: false,
              reason: 'main has been pushed since.'
            })
          ],
          undo: null,
          redo: null
        })
    });
    expect(screen.getByRole('button', { name: 'Nothing to undo' }).title).toBe(
      'Nothing to undo. Commit: train longer: main has been pushed since.'
    );
  });

  it.each([
    [
      { branch: 'exp/x', upstream: 'origin/exp/x', ahead: 2, behind: 1 },
      'exp/x↑2↓1'
    ],
    [{ branch: null, head: 'abcdef0123456789' }, 'detached at abcdef0'],
    [{ branch: 'main', head: null }, 'mainno commit yet']
  ])('says where HEAD is: %j', async (change, words) => {
    await show({ status: () => Promise.resolve(aStatus(change)) });
    const header = screen.getByRole('banner');
    expect(header.textContent).toBe(`ML Git${words}`);
  });

  it('explains a folder that is in no repository', async () => {
    await show({ status: () => Promise.reject(refusal('not-a-repository')) });
    expect(screen.getByText('No git repository here')).toBeTruthy();
    expect(screen.queryByRole('toolbar')).toBeNull();
  });

  it('offers the repositories that lie in a folder which is none', async () => {
    await show({
      status: () =>
        Promise.reject(
          refusal('not-a-repository', { repositories: ['vision', 'speech'] })
        )
    });
    await click('speech');
    expect(asked).toEqual(['open project/speech']);
  });

  it('tries again after another problem', async () => {
    await show({ status: () => Promise.reject(refusal('repository-busy')) });
    client.answer({ status: () => Promise.resolve(aStatus()) });
    await click('Try again');
    expect(screen.getByRole('banner').textContent).toBe('ML Gitmain');
  });

  it('says that an answer never came until that was read', async () => {
    const repository = await show({});
    await act(async () => {
      await expect(
        repository.act(() => Promise.reject(refusal('unanswered')))
      ).rejects.toThrow('unanswered');
    });
    expect(screen.getByRole('alert').textContent).toContain(
      'Refused: unanswered.'
    );
    await click('Dismiss');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('says why a repository can only be read', async () => {
    await show({
      status: () =>
        Promise.resolve(aStatus({ readOnly: 'It belongs to somebody else.' }))
    });
    expect(screen.getByRole('status').textContent).toContain(
      'It belongs to somebody else.'
    );
  });

  it('offers both ends of an act that was interrupted', async () => {
    await show({
      status: () =>
        Promise.resolve(aStatus({ unfinished: { kind: 'interrupted' } })),
      unfinished: () =>
        Promise.resolve({
          title: 'Delete branch exp/x',
          when: null,
          refs: [],
          missing: [],
          files: [],
          backup: null,
          settled: false
        })
    });
    expect(screen.getByRole('status').textContent).toContain(
      'This was interrupted: delete branch exp/x.'
    );
    expect(screen.getByRole('status').textContent).toContain(
      'FinishDo what is left of it.Roll backTake back what it had done'
    );
    Notification.dismiss();
    client.answer({
      recover: () =>
        Promise.resolve({
          title: 'Delete branch exp/x',
          when: null,
          refs: [],
          missing: ['exp/y'],
          files: [],
          backup: null,
          settled: true
        })
    });
    await click('Roll back');
    expect(
      Notification.manager.notifications.map(({ message }) => message).sort()
    ).toEqual([
      'Changed meanwhile, and left as it is: exp/y.',
      'Rolled back: delete branch exp/x'
    ]);
    const recover = client.asked.find(({ verb }) => verb === 'recover');
    expect(recover?.args).toEqual([
      'project',
      { finish: false, rollBack: true }
    ]);
  });

  it('says when somebody else has settled it meanwhile', async () => {
    Notification.dismiss();
    await show({
      status: () =>
        Promise.resolve(aStatus({ unfinished: { kind: 'interrupted' } })),
      recover: () => Promise.reject(refusal('state-changed'))
    });
    await click('Finish');
    expect(
      Notification.manager.notifications.map(({ message }) => message)
    ).toEqual(['Refused: state-changed. Do something else.']);
  });

  it.each([
    ['merge', 'A merge is under way.', '"git merge --abort" gives it up'],
    ['rebase', 'A rebase is under way.', '"git rebase --continue" finishes'],
    ['bisect', 'A bisect is under way.', '"git bisect reset" ends it']
  ] as const)(
    "leaves git's own unfinished %s to git, and says how",
    async (kind, message, hint) => {
      await show({
        status: () => Promise.resolve(aStatus({ unfinished: { kind } }))
      });
      expect(screen.getByRole('status').textContent).toContain(message);
      expect(screen.getByRole('status').textContent).toContain(hint);
      expect(screen.queryByRole('button', { name: 'Finish' })).toBeNull();
    }
  );
});
