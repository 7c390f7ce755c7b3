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
import { aDeletedBranch } from '../../testing/fixtures';
import { BranchCard, type IRestoreChoice } from './branchCard';

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
  it('restores under the old name in one click', async () => {
    show(aDeletedBranch());
    await click('Restore exp/torch-compile-opt');
    expect(choices).toEqual([{ at: null, as: null }]);
  });

  it('asks for a name where the old one is in use', () => {
    show(aDeletedBranch({ kind: 'overwritten', name: 'main', pinned: false }));
    expect(names()).toEqual([
      'Preview main',
      'Restore main under another name',
      'Pin main, so that git gc leaves it alone'
    ]);
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
    expect(choices.at(-1)).toEqual({ at: null, as: 'exp/x-2' });
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
    expect(choices).toEqual([{ at: tip, as: null }]);
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
