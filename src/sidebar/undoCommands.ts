/** The commands that undo and redo: at once, or after showing what they do. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { troubleOf, UNANSWERED } from '../api/problem';
import type { Undone } from '../api/schema';
import { toast } from '../components/toast';
import { lowerFirst, shortened, visibleText } from '../components/visibleText';
import { isBarred, whyBarred } from '../repository/useBarred';
import { CommandIDs, type IRepository } from '../tokens';
import { goingBack, type Target } from './goingBack';
import { goingBackDialog } from './goingBackDialog';
import type { HeadModel } from './head';
import { heldKeys } from './heldKey';
import type { Sidebar } from './sidebar';

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
export function addUndoCommands(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  repository: IRepository,
  head: HeadModel,
  sidebar: Sidebar
): void {
  const { commands } = app;
  const idOfOperation = {
    type: 'object',
    properties: {
      id: {
        type: 'string',
        description: trans.__('The operation; without it, the newest.')
      }
    }
  } as const;

  const title = (id: string | null): string | null => {
    const operation = repository.operation(id);
    return operation === null ? null : lowerFirst(visibleText(operation.title));
  };

  // Where the panel is hidden nobody sees its notices; there is the rest of what a toast has no room for.
  const tell = (message: string, hint: string): void => {
    toast(
      'error',
      trans.__('%1 %2', message, hint),
      sidebar.isVisible
        ? []
        : [
            {
              label: trans.__('Show ML Git'),
              caption: trans.__('Open the panel, which says more'),
              run: () => {
                sidebar.reveal();
              }
            }
          ]
    );
  };
  const refused = (error: unknown, retry: () => void): void => {
    const trouble = troubleOf(error);
    // Of an answer that never came the repository tells by itself.
    if (trouble.code !== UNANSWERED) {
      head.set({ trouble, retry });
    }
    if (!sidebar.isVisible) {
      tell(trouble.message, trouble.hint);
    }
  };

  const act = async (
    id: string,
    accept: string,
    request: (at: string, id: string) => Promise<Undone>,
    done: (title: string, id: string, undone: Undone) => void
  ): Promise<void> => {
    head.set({ busy: true, trouble: null });
    try {
      const asking = (): Promise<Undone> =>
        repository.act(at => request(at, id));
      // Of an act that is not known here nobody can say that it leaves the files alone.
      const undone =
        (repository.operation(id)?.movesFiles ?? true)
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
        id,
        undone
      );
    } catch (error) {
      refused(error, () => {
        void act(id, accept, request, done);
      });
    } finally {
      head.set({ busy: false });
    }
  };

  // A toast outlives what its button was made for: then the button says why it does nothing.
  const chosen = async (
    id: string | null,
    which: 'undo' | 'redo'
  ): Promise<string | null> => {
    if (id === null || isBarred(repository.state)) {
      await repository.settled();
    }
    const one = id ?? pending(which);
    const barred = whyBarred(trans, repository.state);
    if (barred === null && one !== null) {
      return one;
    }
    if (which === 'undo') {
      tell(
        trans.__('Nothing was undone.'),
        barred ?? trans.__('There is nothing here that can be undone.')
      );
    } else {
      tell(
        trans.__('Nothing was done again.'),
        barred ?? trans.__('Only what was undone can be done again.')
      );
    }
    return null;
  };

  // A key pressed just after an act means the newest act of that moment, so it waits its turn.
  let turn: Promise<void> = Promise.resolve();
  // What is under way until the panel names what comes next: who presses again before that has not seen it yet.
  let current: {
    readonly which: 'undo' | 'redo';
    id: string | null;
    readonly end: Promise<void>;
  } | null = null;
  const run = (
    id: string | null,
    which: 'undo' | 'redo',
    ...how: Tail<Parameters<typeof act>>
  ): Promise<void> => {
    const before = current?.which === which ? current : null;
    if (before !== null && (id === null || id === before.id)) {
      return before.end;
    }
    const next = turn.then(async () => {
      if (id !== null && id === before?.id) {
        return; // the one before has found out meanwhile that it means the same
      }
      const one = await chosen(id, which);
      if (one !== null) {
        own.id = one;
        await act(one, ...how);
      }
    });
    turn = next.catch(() => undefined);
    const own = {
      which,
      id,
      end: next
        .then(() => repository.settled())
        .finally(() => {
          if (current === own) {
            current = null;
          }
        })
    };
    current = own;
    return own.end;
  };

  // Whoever holds the key means one act, and not all there are.
  const isHeld = heldKeys();
  commands.addCommand(CommandIDs.undo, {
    label: args => {
      const name = title(given(args) ?? pending('undo'));
      return name === null ? trans.__('Undo') : trans.__('Undo: %1', name);
    },
    describedBy: { args: idOfOperation },
    isEnabled: args => isOffered(given(args), 'undo'),
    execute: args => {
      if (isHeld(args)) {
        return Promise.resolve();
      }
      return run(
        given(args),
        'undo',
        trans.__('Save and undo'),
        (at, id) =>
          repository.client.undo(
            at,
            { id, to: null, before: null, dryRun: false },
            {}
          ),
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
      );
    }
  });

  commands.addCommand(CommandIDs.redo, {
    label: args => {
      const name = title(given(args) ?? pending('redo'));
      return name === null ? trans.__('Redo') : trans.__('Redo: %1', name);
    },
    describedBy: {
      args: {
        type: 'object',
        properties: {
          ...idOfOperation.properties,
          to: {
            type: 'string',
            description: trans.__(
              'Do again what was undone last, until this operation is done again.'
            )
          }
        }
      }
    },
    isEnabled: args => isOffered(given(args) ?? given(args, 'to'), 'redo'),
    execute: args => {
      if (isHeld(args)) {
        return Promise.resolve();
      }
      const to = given(args, 'to');
      return run(
        to ?? given(args),
        'redo',
        trans.__('Save and redo'),
        (at, id) =>
          repository.client.redo(
            at,
            to === null
              ? { id, to, dryRun: false }
              : { id: null, to, dryRun: false }
          ),
        (name, id, { operations }) => {
          const several = operations.length > 1;
          toast(
            'success',
            several
              ? trans._n(
                  'Done again: %1 operation',
                  'Done again: %1 operations',
                  operations.length
                )
              : trans.__('Done again: %1', name),
            [
              {
                label: trans.__('Undo'),
                caption: several
                  ? trans.__('Go back to before: %1', name)
                  : trans.__('Undo: %1', name),
                run: () => {
                  void (several
                    ? commands.execute(CommandIDs.goBack, {
                        before: operations[0]?.id ?? id
                      })
                    : commands.execute(CommandIDs.undo));
                }
              }
            ]
          );
        }
      );
    }
  });

  const goBack = goingBack(
    trans,
    commands,
    repository,
    goingBackDialog(trans, repository)
  );
  const goBackTo = async (target: Target): Promise<void> => {
    head.set({ trouble: null });
    try {
      await goBack(target);
    } catch (error) {
      refused(error, () => {
        void goBackTo(target);
      });
    }
  };
  commands.addCommand(CommandIDs.goBack, {
    label: args => {
      const name = title(given(args, 'before'));
      return name === null
        ? trans.__('Preview Undo…')
        : trans.__('Go Back to Before: %1…', name);
    },
    caption: trans.__('Show first what it does, then undo'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          ...idOfOperation.properties,
          before: {
            type: 'string',
            description: trans.__(
              'The oldest operation to undo, with all that were done after it.'
            )
          }
        }
      }
    },
    isEnabled: args => isOffered(given(args) ?? given(args, 'before'), 'undo'),
    execute: async args => {
      await repository.settled();
      const before = given(args, 'before');
      const id = await chosen(before ?? given(args), 'undo');
      if (id !== null) {
        await goBackTo(before === null ? { id } : { before });
      }
    }
  });

  const pending = (which: 'undo' | 'redo'): string | null =>
    repository.state.operations?.[which] ?? null;
  const isOffered = (id: string | null, which: 'undo' | 'redo'): boolean =>
    !isBarred(repository.state) &&
    ((id ?? pending(which)) !== null || !repository.isSettled);

  repository.stateChanged.connect(() => {
    commands.notifyCommandChanged(CommandIDs.undo);
    commands.notifyCommandChanged(CommandIDs.redo);
    commands.notifyCommandChanged(CommandIDs.goBack);
  });
}

function given(
  args: ReadonlyPartialJSONObject,
  name: 'id' | 'to' | 'before' = 'id'
): string | null {
  const value = args[name];
  return typeof value === 'string' ? value : null;
}
