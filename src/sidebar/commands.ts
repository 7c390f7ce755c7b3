/** The commands that belong to no section: show the panel, refresh it, undo, redo. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { ProblemError, troubleOf } from '../api/problem';
import type { Operation, Undone } from '../api/schema';
import { toast } from '../components/toast';
import { shortened, visibleText } from '../components/visibleText';
import { reviewTrust } from '../repository/trustDialog';
import { isBarred } from '../repository/useBarred';
import { outdates } from '../repository/useOutdated';
import { CommandIDs, type IRepository } from '../tokens';
import type { HeadModel } from './head';
import type { Sidebar } from './sidebar';
import { lowerFirst } from './words';

/** The kinds of acts that change working files. */
const MOVES_FILES: readonly string[] = ['switch', 'reset', 'discard'];

/** All but the first. */
type Tail<T extends readonly unknown[]> = T extends readonly [
  unknown,
  ...infer Rest
]
  ? Rest
  : never;

/** How much of a title fits into a toast. */
const TITLE = 90;

/** Adds the commands. */
export function addCommands(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  repository: IRepository,
  head: HeadModel,
  sidebar: Sidebar
): void {
  const { commands } = app;
  const none = { type: 'object', properties: {} } as const;
  const idOfOperation = {
    type: 'object',
    properties: {
      id: {
        type: 'string',
        description: trans.__('The operation; without it, the newest.')
      }
    }
  } as const;

  commands.addCommand(CommandIDs.showPanel, {
    label: trans.__('Show ML Git'),
    describedBy: { args: none },
    execute: () => {
      sidebar.reveal();
    }
  });

  commands.addCommand(CommandIDs.refresh, {
    label: trans.__('Refresh ML Git'),
    describedBy: { args: none },
    execute: () => repository.refresh()
  });

  commands.addCommand(CommandIDs.reviewTrust, {
    label: trans.__('Trust of This Repository…'),
    caption: trans.__('Show what it would run, and whether it may'),
    describedBy: { args: none },
    isEnabled: () => repository.state.status !== null,
    execute: async () => {
      try {
        await reviewTrust(trans, repository);
      } catch (error) {
        const { message } = troubleOf(error);
        toast('error', message);
      }
    }
  });

  const title = (id: string | null): string | null => {
    const operation = repository.operation(id);
    return operation === null ? null : lowerFirst(visibleText(operation.title));
  };

  const act = async (
    id: string,
    accept: string,
    request: (at: string, id: string) => Promise<Undone>,
    done: (title: string, id: string) => void
  ): Promise<void> => {
    head.set({ busy: true, trouble: null });
    try {
      const asking = (): Promise<Undone> =>
        repository.act(at => request(at, id));
      const undone = movesFiles(repository.operation(id))
        ? await repository.changingFiles(accept, asking)
        : await asking();
      if (undone === null) {
        return;
      }
      const first = undone.operations[0];
      done(
        first === undefined
          ? ''
          : lowerFirst(shortened(visibleText(first.title), TITLE)),
        id
      );
    } catch (error) {
      head.set({ trouble: troubleOf(error) });
      if (error instanceof ProblemError && !sidebar.isVisible) {
        toast('error', error.problem.message);
      }
    } finally {
      head.set({ busy: false });
    }
  };

  // A key pressed just after an act, or twice, means the newest act of that moment, so each waits its turn.
  let turn: Promise<void> = Promise.resolve();
  const run = (
    id: string | null,
    which: 'undo' | 'redo',
    ...how: Tail<Parameters<typeof act>>
  ): Promise<void> => {
    const next = turn.then(async () => {
      if (id === null) {
        await repository.settled();
      }
      const chosen = id ?? pending(which);
      if (chosen !== null && mayAct()) {
        await act(chosen, ...how);
      }
    });
    turn = next.catch(() => undefined);
    return next;
  };

  commands.addCommand(CommandIDs.undo, {
    label: args => {
      const name = title(given(args) ?? pending('undo'));
      return name === null ? trans.__('Undo') : trans.__('Undo: %1', name);
    },
    describedBy: { args: idOfOperation },
    isEnabled: args => isOffered(given(args), 'undo'),
    execute: args =>
      run(
        given(args),
        'undo',
        trans.__('Save and undo'),
        (at, id) =>
          repository.client.undo(at, {
            id,
            to: null,
            before: null,
            dryRun: false
          }),
        (name, id) => {
          toast('success', trans.__('Undone: %1', name), [
            {
              label: trans.__('Redo'),
              caption: trans.__('Redo: %1', name),
              run: () => {
                void commands.execute(CommandIDs.redo, { id });
              }
            }
          ]);
        }
      )
  });

  commands.addCommand(CommandIDs.redo, {
    label: args => {
      const name = title(given(args) ?? pending('redo'));
      return name === null ? trans.__('Redo') : trans.__('Redo: %1', name);
    },
    describedBy: { args: idOfOperation },
    isEnabled: args => isOffered(given(args), 'redo'),
    execute: args =>
      run(
        given(args),
        'redo',
        trans.__('Save and redo'),
        (at, id) => repository.client.redo(at, { id, to: null, dryRun: false }),
        name => {
          toast('success', trans.__('Done again: %1', name), [
            {
              label: trans.__('Undo'),
              caption: trans.__('Undo: %1', name),
              run: () => {
                void commands.execute(CommandIDs.undo);
              }
            }
          ]);
        }
      )
  });

  const mayAct = (): boolean => !isBarred(repository.state);
  const pending = (which: 'undo' | 'redo'): string | null =>
    repository.state.operations?.[which] ?? null;
  const isOffered = (id: string | null, which: 'undo' | 'redo'): boolean =>
    mayAct() && ((id ?? pending(which)) !== null || !repository.isSettled);

  repository.changed.connect((_, change) => {
    if (head.state.trouble !== null && outdates(change)) {
      head.set({ trouble: null });
    }
  });
  repository.stateChanged.connect(() => {
    commands.notifyCommandChanged(CommandIDs.reviewTrust);
    commands.notifyCommandChanged(CommandIDs.undo);
    commands.notifyCommandChanged(CommandIDs.redo);
  });
}

/** Tells whether taking an act back or doing it again changes working files; of an unknown one it may. */
function movesFiles(operation: Operation | null): boolean {
  return operation === null || MOVES_FILES.includes(operation.kind);
}

function given(args: ReadonlyPartialJSONObject): string | null {
  return typeof args.id === 'string' ? args.id : null;
}
