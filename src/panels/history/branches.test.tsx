import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import type { Branch, RemoteBranch } from '../../api/schema';
import { RepositoryModel } from '../../repository/model';
import { fakeClient, refusal } from '../../testing/fakeClient';
import { aBranch, aRemoteBranch } from '../../testing/fixtures';
import { BranchList } from './branches';
import { HistoryModel } from './model';

const trans = nullTranslator.load('jupyter_mlgit');
let done: string[];
let repository: RepositoryModel;
let model: HistoryModel;

async function show(
  branches: readonly Branch[],
  answer: () => Promise<void> = () => Promise.resolve(),
  remotes: readonly RemoteBranch[] = []
): Promise<void> {
  const client = fakeClient({
    branches: (_, all) =>
      Promise.resolve({
        branches,
        remotes: all ? remotes : [],
        remoteCount: remotes.length,
        main: 'main'
      })
  });
  repository = new RepositoryModel(client, null);
  model = new HistoryModel(repository);
  const note =
    (verb: string) =>
    (...args: string[]): Promise<void> => {
      done.push([verb, ...args].join(' '));
      return answer();
    };
  done = [];
  render(
    <BranchList
      trans={trans}
      model={model}
      acts={{
        create: note('create'),
        remove: note('remove'),
        rename: note('rename'),
        switchTo: (name, over) =>
          over === undefined
            ? note('switch')(name)
            : note('back up')(...over, 'and switch', name),
        follow: ({ name }, over) =>
          over === undefined
            ? note('follow')(name)
            : note('back up')(...over, 'and follow', name),
        checkOut: note('check out')
      }}
      onMenu={ref => {
        done.push(`menu ${ref}`);
      }}
      onShowChanges={path => {
        done.push(`show ${path}`);
      }}
    />
  );
  await act(async () => {
    repository.setFolder('project');
    repository.setAttention('panel', true);
    await new Promise(resolve => setTimeout(resolve));
  });
}

function row(name: string): HTMLElement {
  return screen.getByRole('listitem', { name });
}

const three = [
  aBranch({ name: 'exp/a' }),
  aBranch({ name: 'exp/b' }),
  aBranch({ name: 'main', current: true, protected: true })
];

describe('BranchList', () => {
  it('is one stop for Tab, and arrows go from row to row', async () => {
    await show(three);
    const stops = (): string[] =>
      screen
        .getAllByRole('listitem')
        .filter(item => item.tabIndex === 0)
        .map(item => item.getAttribute('aria-label') ?? '');
    expect(stops()).toEqual(['exp/a']);
    act(() => {
      row('exp/a').focus();
    });
    fireEvent.keyDown(row('exp/a'), { key: 'ArrowDown' });
    expect(document.activeElement).toBe(row('exp/b'));
    expect(stops()).toEqual(['exp/b']);
    fireEvent.keyDown(row('exp/b'), { key: 'End' });
    expect(document.activeElement).toBe(row('main'));
  });

  it('switches, deletes and renames by keyboard', async () => {
    await show(three);
    fireEvent.keyDown(row('exp/a'), { key: 'Enter' });
    fireEvent.keyDown(row('exp/b'), { key: 'Delete' });
    fireEvent.keyDown(row('exp/a'), { key: 'F2' });
    const field = screen.getByRole('textbox', { name: 'New name of exp/a' });
    fireEvent.change(field, { target: { value: 'exp/new' } });
    await act(async () => {
      fireEvent.submit(field);
      await Promise.resolve();
    });
    expect(done).toEqual([
      'switch exp/a',
      'remove exp/b',
      'rename exp/a exp/new'
    ]);
  });

  it('does what was chosen from the menu of a row', async () => {
    await show(three);
    act(() => {
      model.chosen.emit({ act: 'switch', branch: 'exp/a' });
      model.chosen.emit({ act: 'delete', branch: 'exp/b' });
      model.chosen.emit({ act: 'rename', branch: 'exp/b' });
    });
    expect(
      screen.getByRole('textbox', { name: 'New name of exp/b' })
    ).toBeTruthy();
    expect(done).toEqual(['switch exp/a', 'remove exp/b']);
  });

  it('leaves the current and protected branch alone', async () => {
    await show(three);
    fireEvent.keyDown(row('main'), { key: 'Delete' });
    fireEvent.keyDown(row('main'), { key: 'Enter' });
    expect(done).toEqual([]);
  });

  it('shows a part of many, and finds the rest by name', async () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      aBranch({ name: `exp/run-${String(index).padStart(3, '0')}` })
    );
    await show(many);
    expect(screen.getAllByRole('listitem')).toHaveLength(50);
    fireEvent.click(screen.getByRole('button', { name: 'Show 50 more' }));
    expect(screen.getAllByRole('listitem')).toHaveLength(100);
    fireEvent.change(screen.getByRole('searchbox'), {
      target: { value: 'RUN-49' }
    });
    expect(screen.getAllByRole('listitem')).toHaveLength(10);
  });

  it('has the branches of remotes folded, and follows one', async () => {
    await show(three, undefined, [
      aRemoteBranch({ name: 'origin/exp/new', branch: 'exp/new' }),
      aRemoteBranch({ name: 'origin/exp/a', branch: 'exp/a', local: true }),
      aRemoteBranch({ name: 'gone/x', branch: null })
    ]);
    const heading = screen.getByRole('button', { name: 'Remote branches' });
    expect(heading.getAttribute('aria-expanded')).toBe('false');
    expect(screen.queryByRole('listitem', { name: 'gone/x' })).toBeNull();
    await act(async () => {
      fireEvent.click(heading);
      await new Promise(resolve => setTimeout(resolve));
    });
    const button = (name: string): HTMLButtonElement =>
      screen.getByRole('button', { name });
    fireEvent.click(button('Switch to a new exp/new that follows it'));
    expect(done).toEqual(['follow origin/exp/new']);
    fireEvent.keyDown(row('origin/exp/new'), { key: 'ArrowDown' });
    expect(document.activeElement).toBe(row('origin/exp/a'));
    fireEvent.keyDown(row('origin/exp/a'), { key: 'Enter' });
    fireEvent.keyDown(row('origin/exp/a'), { key: 'End' });
    fireEvent.keyDown(row('gone/x'), { key: 'Enter' });
    expect(done).toEqual(['follow origin/exp/new', 'follow origin/exp/a']);
    const unknown = button('No remote is known that it comes from');
    expect(unknown.disabled).toBe(true);
  });

  it('names every file that is in the way', async () => {
    const files = Array.from({ length: 7 }, (_, index) => `run-${index}.json`);
    await show(three, () =>
      Promise.reject(refusal('would-overwrite', { files }))
    );
    await act(async () => {
      fireEvent.keyDown(row('exp/b'), { key: 'Enter' });
      await Promise.resolve();
    });
    for (const file of files) {
      expect(screen.getByRole('alert').textContent).toContain(file);
    }
  });

  it('shows the work that is in the way, and goes on once it is backed up', async () => {
    const answers = [
      refusal('would-overwrite', { files: ['a.py', 'b.py'], backUp: true }),
      // One more has come into the way meanwhile.
      refusal('would-overwrite', { files: ['a.py', 'new.py'], backUp: true })
    ];
    await show(three, () => {
      const answer = answers.shift();
      return answer === undefined ? Promise.resolve() : Promise.reject(answer);
    });
    const settled = async (press: () => void): Promise<void> => {
      await act(async () => {
        press();
        await new Promise(resolve => setTimeout(resolve));
      });
    };
    await settled(() => {
      fireEvent.keyDown(row('exp/b'), { key: 'Enter' });
    });
    fireEvent.click(
      screen.getByRole('button', { name: 'Show changes in b.py' })
    );
    const backUp = (): Promise<void> =>
      settled(() => {
        fireEvent.click(
          screen.getByRole('button', { name: 'Back up and switch' })
        );
      });
    await backUp();
    expect(screen.getByRole('alert').textContent).toContain('new.py');
    await backUp();
    expect(done).toEqual([
      'switch exp/b',
      'show b.py',
      'back up a.py b.py and switch exp/b',
      'back up a.py new.py and switch exp/b'
    ]);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('shows why an act was refused', async () => {
    await show(three, () => Promise.reject(refusal('branch-checked-out')));
    await act(async () => {
      fireEvent.keyDown(row('exp/b'), { key: 'Delete' });
      await Promise.resolve();
    });
    expect(screen.getByRole('alert').textContent).toContain(
      'Refused: branch-checked-out.'
    );
  });

  it.each(['state-changed', 'index-locked'] as const)(
    'keeps the new name that was typed when it is refused with %s',
    async code => {
      const answers = [refusal(code)];
      await show(three, () => {
        const answer = answers.shift();
        return answer === undefined
          ? Promise.resolve()
          : Promise.reject(answer);
      });
      fireEvent.keyDown(row('exp/a'), { key: 'F2' });
      const field = (): HTMLInputElement | null =>
        screen.queryByRole('textbox', { name: 'New name of exp/a' });
      fireEvent.change(field() as HTMLInputElement, {
        target: { value: 'exp/new' }
      });
      const submit = async (): Promise<void> => {
        await act(async () => {
          fireEvent.submit(field() as HTMLInputElement);
          await new Promise(resolve => setTimeout(resolve));
        });
      };
      await submit();
      expect(field()?.value).toBe('exp/new');
      expect(screen.getByRole('alert').textContent).toContain(
        `Refused: ${code}.`
      );
      await submit();
      expect(field()).toBeNull();
      expect(screen.queryByRole('alert')).toBeNull();
      expect(done).toEqual(['rename exp/a exp/new', 'rename exp/a exp/new']);
    }
  );

  it('says that the repository has changed even when it follows that', async () => {
    await show(three, () => Promise.reject(refusal('state-changed')));
    await act(async () => {
      fireEvent.keyDown(row('exp/b'), { key: 'Delete' });
      await Promise.resolve();
    });
    await act(() => repository.refresh());
    expect(screen.getByRole('alert').textContent).toContain('state-changed');
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Reload' }));
      await new Promise(resolve => setTimeout(resolve));
    });
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('tries the same act again where something else held a lock', async () => {
    const answers = [refusal('index-locked')];
    await show(three, () => {
      const answer = answers.shift();
      return answer === undefined ? Promise.resolve() : Promise.reject(answer);
    });
    const settled = async (press: () => void): Promise<void> => {
      await act(async () => {
        press();
        await new Promise(resolve => setTimeout(resolve));
      });
    };
    await settled(() => {
      fireEvent.keyDown(row('exp/b'), { key: 'Enter' });
    });
    await settled(() => {
      fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    });
    expect(done).toEqual(['switch exp/b', 'switch exp/b']);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('asks once for what is pressed twice, and for each branch', async () => {
    await show(three, () => new Promise(() => undefined));
    act(() => {
      model.setView({ creating: true });
    });
    const field = screen.getByRole('textbox', {
      name: 'Name of the new branch'
    });
    fireEvent.change(field, { target: { value: 'exp/c' } });
    for (let press = 0; press < 2; press++) {
      fireEvent.submit(field);
      fireEvent.keyDown(row('exp/a'), { key: 'Delete' });
      fireEvent.keyDown(row('exp/b'), { key: 'Delete' });
      fireEvent.keyDown(row('exp/b'), { key: 'Enter' });
    }
    expect(done).toEqual([
      'create exp/c ',
      'remove exp/a',
      'remove exp/b',
      'switch exp/b'
    ]);
  });

  it('leaves a form open that was opened before an earlier one was answered', async () => {
    let answer: () => void = () => undefined;
    await show(
      three,
      () =>
        new Promise(resolve => {
          answer = resolve;
        })
    );
    fireEvent.keyDown(row('exp/a'), { key: 'F2' });
    const first = screen.getByRole('textbox', { name: 'New name of exp/a' });
    fireEvent.change(first, { target: { value: 'exp/new' } });
    fireEvent.submit(first);
    fireEvent.keyDown(row('exp/b'), { key: 'F2' });
    await act(async () => {
      answer();
      await new Promise(resolve => setTimeout(resolve));
    });
    expect(
      screen.getByRole('textbox', { name: 'New name of exp/b' })
    ).toBeTruthy();
  });

  it('keeps the name of a new branch, whatever else is done meanwhile', async () => {
    await show(three, () => Promise.reject(refusal('ref-locked')));
    act(() => {
      model.setView({ creating: true });
    });
    const field = screen.getByRole('textbox', {
      name: 'Name of the new branch'
    });
    fireEvent.change(field, { target: { value: 'exp/c' } });
    await act(async () => {
      fireEvent.submit(field);
      await Promise.resolve();
    });
    expect((field as HTMLInputElement).value).toBe('exp/c');
    expect(screen.getByRole('alert').textContent).toContain('ref-locked');
    expect(model.view.creating).toBe(true);
  });
});
