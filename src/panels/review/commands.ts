/** The commands of the section: come here, and what can be done with a changed file. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ProblemError } from '../../api/problem';
import { icons } from '../../components/icons';
import { toast } from '../../components/toast';
import { placeBelow } from '../../repository/openDocuments';
import { shortlyBarred, withReason } from '../../repository/useBarred';
import { CommandIDs, type IRepository, type ISidebar } from '../../tokens';
import type { IToDiscard } from './discard';

/** The id of the section. */
export const SECTION = 'review';

/** Adds the commands. */
export function addCommands(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  repository: IRepository,
  sidebar: ISidebar,
  discard: (file: IToDiscard) => Promise<void>
): void {
  const { commands } = app;
  commands.addCommand(CommandIDs.showReview, {
    label: trans.__('Show What Changed Since the Last Commit'),
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => {
      sidebar.reveal(SECTION);
    }
  });

  /** Lets one of Lab's own commands have a file, by the name that it has for it. */
  const hand = async (path: string, command: string): Promise<void> => {
    const { client, state } = repository;
    if (state.status === null) {
      return;
    }
    try {
      await commands.execute(command, {
        path: await placeBelow(client, state.at, state.status.root, path)
      });
    } catch (error) {
      if (!(error instanceof ProblemError)) {
        throw error;
      }
      toast('error', error.problem.message);
    }
  };
  const ofFile = (
    id: string,
    options: Partial<Parameters<typeof commands.addCommand>[1]>,
    act: (path: string, isNew: boolean) => void | Promise<void>
  ): void => {
    commands.addCommand(id, {
      ...options,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            path: {
              type: 'string',
              description: trans.__('The file, from the top of its repository.')
            },
            new: {
              type: 'boolean',
              description: trans.__('Whether no commit has it.')
            }
          },
          required: ['path']
        }
      },
      execute: args =>
        typeof args.path === 'string'
          ? act(args.path, args.new === true)
          : undefined
    });
  };
  ofFile(CommandIDs.openChangedFile, { label: trans.__('Open File') }, path =>
    hand(path, 'docmanager:open')
  );
  ofFile(
    CommandIDs.discardChanges,
    {
      label: args =>
        withReason(
          trans,
          args.new === true
            ? trans.__('Discard New File…')
            : trans.__('Discard Changes…'),
          shortlyBarred(trans, repository.state)
        ),
      caption: trans.__('Show first what goes, then discard'),
      icon: icons.reset.bindprops({ stylesheet: 'menuItem' }),
      isEnabled: () => shortlyBarred(trans, repository.state) === null
    },
    (path, isNew) => discard({ path, isNew })
  );
  ofFile(
    CommandIDs.copyPath,
    {
      label: trans.__('Copy Path'),
      caption: trans.__('Copy the path as git names it')
    },
    path => {
      Clipboard.copyToSystem(path);
    }
  );
  ofFile(
    CommandIDs.showInFileBrowser,
    { label: trans.__('Show in File Browser') },
    path => hand(path.replace(/\/$/, ''), 'filebrowser:go-to-path')
  );
}
