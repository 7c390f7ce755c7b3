/** The command of the section: reset to a commit. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { shortened, shownRevision } from '../../components/visibleText';
import {
  isBarred,
  shortlyBarred,
  withReason
} from '../../repository/useBarred';
import { CommandIDs, type IRepository, type ISidebar } from '../../tokens';
import type { Mode } from './model';
import { DEFAULT_MODE } from './reset';

/** The id of the section. */
export const SECTION = 'commits';

/** How much of a revision fits into a label. */
const REVISION = 40;

/** Adds the command. Without a commit it leads to the list, where one can be chosen by keyboard. */
export function addCommands(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  repository: IRepository,
  sidebar: ISidebar,
  reset: (rev: string, mode: Mode) => Promise<void>
): void {
  const { commands } = app;
  commands.addCommand(CommandIDs.reset, {
    label: ({ rev }) =>
      typeof rev === 'string'
        ? withReason(
            trans,
            trans.__('Reset to %1…', shortened(shownRevision(rev), REVISION)),
            shortlyBarred(trans, repository.state)
          )
        : trans.__('Reset to a Commit…'),
    caption: trans.__('Show first what it does, then reset'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          rev: {
            type: 'string',
            description: trans.__('The commit, branch or tag to reset to.')
          },
          mode: {
            type: 'string',
            enum: ['soft', 'mixed', 'hard'],
            description: trans.__('The mode that is chosen at first.')
          }
        }
      }
    },
    isEnabled: () =>
      repository.state.status !== null && !isBarred(repository.state),
    execute: async ({ rev, mode }) => {
      sidebar.reveal(SECTION);
      if (typeof rev === 'string') {
        await reset(rev, modeIn(mode));
      }
    }
  });
  repository.stateChanged.connect(() => {
    commands.notifyCommandChanged(CommandIDs.reset);
  });
}

function modeIn(value: ReadonlyPartialJSONValue | undefined): Mode {
  return value === 'soft' || value === 'mixed' || value === 'hard'
    ? value
    : DEFAULT_MODE;
}
