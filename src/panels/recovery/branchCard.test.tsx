import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import type { DeletedBranch } from '../../api/schema';
import { RepositoryModel } from '../../repository/model';
import {
  fakeClient,
  refusal,
  type IFakeClient
} from '../../testing/fakeClient';
import { aDeletedBranch, aStatus } from '../../testing/fixtures';
import { BranchCard } from './branchCard';
import type { IRestoreChoice } from './cardActions';

const BESIDE: IRestoreChoice = { at: null, as: null, way: 'branch' };

const trans = nullTranslator.load('jupyter_mlgit');
let client: IFakeClient;
let choices: IRestoreChoice[];

function show(
  branch: DeletedBranch,
  restore: () => Promise<void> = () => Promise.resolve()
): void {
  client = fakeClient();
  choices = [];
  render(
    <BranchCard
      trans={trans}
      repository={new RepositoryModel(client, null)}
      branch={branch}
      onRestore={(_, choice) => {
        choices.push(choice);
        return restore();
      }}
      onPin={() => Promise.resolve()}
      onUnpin={() => Promise.resolve()}
      onCompare={() => undefined}
    />
  );
}

async function click(name: string): Promise<void> {
  await act(async () => {
    fireEvent.click(screen.getByRole('button', { name }));
    await Promise.resolve();
  });
}

function names(): string[] {
  return screen
    .getAllByRole('button')
    .map(button => button.getAttribute('aria-label') ?? button.textContent);
}

describe('BranchCard', () => {
  it('leads from the preview to a comparison', async () => {
    let compared: DeletedBranch | null = null;
    const branch = aDeletedBranch();
    client = fakeClient({
      preview: () => Promise.reject(refusal('tip-gone'))
    });
    render(
      <BranchCard
        trans={trans}
        repository={new RepositoryModel(client, null)}
        branch={branch}
        onRestore={() => Promise.resolve()}
        onPin={() => Promise.resolve()}
        onUnpin={() => Promise.resolve()}
        onCompare={one => {
          compared = one;
        }}
      />
    );
    await click('Preview exp/torch-compile-opt');
    await click(
      'Show what exp/torch-compile-opt changed since it left the main branch'
    );
    expect(compared).toBe(branch);
  });

  it('restores under the old name in one click', async () => {
    show(aDeletedBranch());
    await click('Restore exp/torch-compile-opt');
    expect(choices).toEqual([BESIDE]);
  });

  it('asks for a name where the old one is in use', () => {
    show(aDeletedBranch({ kind: 'overwritten', name: 'main', pinned: false }));
    expect(names()).toEqual([
      'Preview main',
      'Restore main under another name',
      'Move main back to def5678',
      'Pin main, so that git gc leaves it alone'
    ]);
  });

  it('moves an overwritten branch back', async () => {
    show(aDeletedBranch({ kind: 'overwritten', name: 'exp/x' }));
    await click('Move exp/x back to def5678');
    expect(choices).toEqual([{ ...BESIDE, way: 'move' }]);
  });

  it('says why a branch can not be moved, also to those who get there by keyboard', () => {
    show(
      aDeletedBranch({
        kind: 'overwritten',
        name: 'exp/x',
        inUse: 'It is checked out here.'
      })
    );
    const button = screen.getByRole('button', {
      name: 'Not possible now: It is checked out here.'
    });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect((button as HTMLButtonElement).disabled).toBe(false);
  });

  it('puts a dropped stash back on the stash list', async () => {
    show(aDeletedBranch({ kind: 'stash', name: null, pinned: false }));
    expect(names()).toEqual([
      'Put dropped stash def5678 back on the stash list',
      'Preview dropped stash def5678',
      'Restore dropped stash def5678 under another name',
      'Pin dropped stash def5678, so that git gc leaves it alone'
    ]);
    await click('Put dropped stash def5678 back on the stash list');
    expect(choices).toEqual([{ ...BESIDE, way: 'stash' }]);
  });

  it('unpins what is pinned', () => {
    show(aDeletedBranch({ name: 'exp/x', pinned: true }));
    expect(names()).toContain(
      'Unpin exp/x, so that git gc may take it one day'
    );
  });

  it('offers no act where the repository can only be read', async () => {
    const model = new RepositoryModel(
      fakeClient({
        status: () => Promise.resolve(aStatus({ readOnly: 'Not yours.' }))
      }),
      null
    );
    model.setFolder('project');
    model.setAttention('panel', true);
    await act(async () => {
      await new Promise(resolve => setTimeout(resolve));
    });
    render(
      <BranchCard
        trans={trans}
        repository={model}
        branch={aDeletedBranch({ name: 'exp/x' })}
        onRestore={() => Promise.resolve()}
        onPin={() => Promise.resolve()}
        onUnpin={() => Promise.resolve()}
        onCompare={() => undefined}
      />
    );
    const usable = screen
      .getAllByRole('button')
      .filter(button => !(button as HTMLButtonElement).disabled)
      .map(button => button.getAttribute('aria-label'));
    expect(usable).toEqual(['Preview exp/x']);
  });

  it('offers nothing where the commits are gone', () => {
    show(aDeletedBranch({ state: 'gone', subject: null }));
    expect(screen.queryAllByRole('button')).toEqual([]);
    expect(screen.getByText('gone')).toBeTruthy();
  });

  it('offers the free name when the old one was taken meanwhile', async () => {
    const taken = refusal('branch-exists', { suggestion: 'exp/x-2' });
    let refused = false;
    show(aDeletedBranch({ name: 'exp/x' }), () => {
      const answer = refused ? Promise.resolve() : Promise.reject(taken);
      refused = true;
      return answer;
    });
    await click('Restore exp/x');
    expect(screen.getByRole('alert').textContent).toContain(
      'Refused: branch-exists.'
    );
    await click('Use exp/x-2');
    expect(choices.at(-1)).toEqual({ ...BESIDE, as: 'exp/x-2' });
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('gives the focus back to the button that opened the form', async () => {
    show(aDeletedBranch({ name: 'exp/x' }));
    const opener = screen.getByRole('button', {
      name: 'Restore exp/x under another name'
    });
    opener.focus();
    await click('Restore exp/x under another name');
    const field = screen.getByRole('textbox');
    expect(document.activeElement).toBe(field);
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(document.activeElement).toBe(opener);
  });

  it('hands the focus to the next card when it goes away', () => {
    const cards = (names: string[]): React.JSX.Element => (
      <ul>
        {names.map(name => (
          <BranchCard
            key={name}
            trans={trans}
            repository={new RepositoryModel(fakeClient(), null)}
            branch={aDeletedBranch({ name })}
            onRestore={() => Promise.resolve()}
            onPin={() => Promise.resolve()}
            onUnpin={() => Promise.resolve()}
            onCompare={() => undefined}
          />
        ))}
      </ul>
    );
    const { rerender } = render(cards(['exp/a', 'exp/b']));
    screen.getByRole('button', { name: 'Restore exp/a' }).focus();
    rerender(cards(['exp/b']));
    expect(document.activeElement?.getAttribute('data-branch')).toBe('exp/b');
  });

  it('takes a refusal away once the repository is another', async () => {
    const model = new RepositoryModel(fakeClient(), null);
    render(
      <BranchCard
        trans={trans}
        repository={model}
        branch={aDeletedBranch({ name: 'exp/x' })}
        onRestore={() => Promise.reject(refusal('would-overwrite'))}
        onPin={() => Promise.resolve()}
        onUnpin={() => Promise.resolve()}
        onCompare={() => undefined}
      />
    );
    await click('Restore exp/x');
    expect(screen.getByRole('alert')).toBeTruthy();
    await act(async () => {
      model.setFolder('project');
      model.setAttention('panel', true);
      await new Promise(resolve => setTimeout(resolve));
    });
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('restores an earlier version', async () => {
    const tip = 'abcdef0123456789abcdef0123456789abcdef01';
    show(
      aDeletedBranch({
        name: 'exp/x',
        earlier: [
          { tip, subject: 'Before', lastSeen: null, evidence: 'rebased' }
        ]
      })
    );
    await click('1 earlier version');
    await click('Restore exp/x at abcdef0');
    expect(choices).toEqual([{ ...BESIDE, at: tip }]);
  });

  it('shows the problem of a preview in the card', async () => {
    show(aDeletedBranch({ name: 'exp/x' }));
    client.answer({ preview: () => Promise.reject(refusal('tip-gone')) });
    await click('Preview exp/x');
    expect(screen.getByRole('alert').textContent).toContain(
      'Refused: tip-gone.'
    );
  });

  it('shows names, subjects and reasons as text', () => {
    const hostile = '<img src=x onerror=alert(1)>\u202e';
    show(aDeletedBranch({ name: hostile, subject: hostile, why: hostile }));
    expect(document.querySelector('img')).toBeNull();
    expect(screen.getByRole('heading').textContent).toBe(
      '<img src=x onerror=alert(1)>[U+202E]'
    );
  });
});
