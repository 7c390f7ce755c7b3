/** The commands that lead to a comparison, from the palette and from the menus of branches and commits. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import { ProblemError } from '../api/problem';
import type { Branches } from '../api/schema';
import { toast } from '../components/toast';
import { shortened, visibleText } from '../components/visibleText';
import { CommandIDs, type IRepository } from '../tokens';
import { chooseSides } from './sidesDialog';
import {
  calledName,
  fullName,
  subjectIn,
  typedName,
  usualBase,
  type Subject
} from './subject';

/** How much of a name fits into a label. */
const NAME = 40;

/** Adds the commands. */
export function addCommands(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  repository: IRepository,
  open: (subject: Subject, since: boolean, at?: string) => void
): void {
  const { commands } = app;
  const isEnabled = (): boolean => repository.state.status !== null;
  const text = (description: string): ReadonlyJSONObject => ({
    type: 'string',
    description
  });
  const shown = (rev: string): string =>
    shortened(visibleText(calledName(rev)), NAME);

  /** Asks for the branches; says why where that fails. */
  const branches = async (): Promise<Branches | null> => {
    try {
      return await repository.client.branches(repository.state.at, true);
    } catch (error) {
      if (!(error instanceof ProblemError)) {
        throw error;
      }
      const { message, hint } = error.problem;
      toast('error', trans.__('%1 %2', message, hint));
      return null;
    }
  };
  const choose = async (args: ReadonlyPartialJSONObject): Promise<void> => {
    const known = await branches();
    if (known === null) {
      return;
    }
    const other = typeof args.new === 'string' ? args.new : 'HEAD';
    const { branch } = repository.state.status ?? {};
    const own = other === 'HEAD' ? (branch ?? '') : typedName(other);
    const old = typeof args.old === 'string' ? args.old : usualBase(known, own);
    const chosen = await chooseSides(trans, known, {
      old: typedName(old ?? ''),
      new: typedName(other)
    });
    if (chosen !== null) {
      open(
        {
          kind: 'commits',
          old: inFull(known, chosen.old),
          new: inFull(known, chosen.new),
          name: null
        },
        true
      );
    }
  };

  commands.addCommand(CommandIDs.openComparison, {
    label: trans.__('Show Which Files Differ'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          kind: {
            type: 'string',
            enum: ['commits', 'own', 'working'],
            description: trans.__(
              'Two commits, what one commit did, or one and the working files.'
            )
          },
          old: text(trans.__('The commit or branch that comes first.')),
          new: text(trans.__('The commit or branch that comes second.')),
          rev: text(trans.__('The one commit.')),
          name: text(trans.__('What the second is called.')),
          since: {
            type: 'boolean',
            description: trans.__(
              'Whether only what the second did since it left the first.'
            )
          },
          at: text(trans.__('A folder of the repository.'))
        }
      }
    },
    isVisible: () => false,
    execute: args => {
      const subject = subjectIn(args);
      if (subject !== null) {
        open(
          subject,
          args.since !== false,
          typeof args.at === 'string' ? args.at : undefined
        );
      }
    }
  });

  commands.addCommand(CommandIDs.compare, {
    label: args =>
      args.menu === true
        ? trans.__('Compare with Another…')
        : trans.__('Compare Branches or Commits…'),
    caption: trans.__('Show which files differ, and what in them'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          old: text(trans.__('The commit or branch that comes first.')),
          new: text(trans.__('The commit or branch that comes second.')),
          menu: {
            type: 'boolean',
            description: trans.__('Whether it stands in a menu.')
          }
        }
      }
    },
    isEnabled,
    execute: choose
  });

  commands.addCommand(CommandIDs.compareBranch, {
    label: ({ old, branch }) =>
      typeof old === 'string'
        ? trans.__('Compare with %1', shown(old))
        : typeof branch === 'string'
          ? trans.__('Compare %1 with the Main Branch', shown(branch))
          : trans.__('Compare This Branch with the Main Branch'),
    caption: trans.__('What it changed since it left the other'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          branch: text(trans.__('The branch; the current one without it.')),
          old: text(trans.__('What it is compared with.')),
          name: text(trans.__('What the branch is called.'))
        }
      }
    },
    isEnabled,
    execute: async ({ branch, old, name }) => {
      const current = repository.state.status?.branch ?? null;
      const other =
        typeof branch === 'string'
          ? branch
          : current === null
            ? 'HEAD'
            : `refs/heads/${current}`;
      const known = typeof old === 'string' ? null : await branches();
      const base =
        typeof old === 'string' ? old : usualBase(known, typedName(other));
      if (base !== null) {
        const subject = { kind: 'commits', old: base, new: other } as const;
        open(
          { ...subject, name: typeof name === 'string' ? name : null },
          true
        );
      } else if (known !== null) {
        await choose({ new: other });
      }
    }
  });

  const ofCommit = (
    id: string,
    kind: 'own' | 'working',
    label: string
  ): void => {
    commands.addCommand(id, {
      label,
      describedBy: {
        args: {
          type: 'object',
          required: ['rev'],
          properties: { rev: text(trans.__('The commit or branch.')) }
        }
      },
      isEnabled,
      isVisible: ({ rev }) => typeof rev === 'string',
      execute: ({ rev }) => {
        if (typeof rev === 'string') {
          open({ kind, rev }, true);
        }
      }
    });
  };
  ofCommit(
    CommandIDs.changesInCommit,
    'own',
    trans.__('Changes in This Commit')
  );
  ofCommit(
    CommandIDs.compareWorkingFiles,
    'working',
    trans.__('Compare with Working Files')
  );
  repository.stateChanged.connect(() => {
    commands.notifyCommandChanged(CommandIDs.compare);
    commands.notifyCommandChanged(CommandIDs.compareBranch);
  });
}

/** Gives the full name of what is typed, where it is that of a branch. */
function inFull(known: Branches, typed: string): string {
  const name = typed.trim();
  return [...known.branches, ...known.remotes].some(one => one.name === name)
    ? fullName(known, name)
    : name;
}
