/** The commands of the view: open a difference, go to the next change. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandIDs, type IDiffPlace } from '../tokens';
import type { IDiffView } from './model';
import type { DiffWidget } from './view';

/** Adds the commands. */
export function addCommands(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  tracker: WidgetTracker<MainAreaWidget<DiffWidget>>,
  open: (place: IDiffPlace, at?: string) => unknown
): void {
  const { commands } = app;
  commands.addCommand(CommandIDs.openDiff, {
    label: args =>
      args.menu === true
        ? trans.__('Open Diff')
        : trans.__('Show What Changed'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path: {
            type: 'string',
            description: trans.__('The file, from the top of its repository.')
          },
          at: {
            type: 'string',
            description: trans.__('A folder of the repository.')
          },
          revisions: {
            type: 'array',
            items: { type: 'string' },
            description: trans.__('The commits to compare, if any.')
          },
          staged: {
            type: 'boolean',
            description: trans.__('Whether to compare the index.')
          },
          untracked: {
            type: 'boolean',
            description: trans.__('Whether it may be an untracked file.')
          },
          words: {
            type: ['string', 'null'],
            description: trans.__('What is compared, in words.')
          },
          from: {
            type: ['string', 'null'],
            description: trans.__('The id of the view that leads there.')
          },
          menu: {
            type: 'boolean',
            description: trans.__('Whether it stands in a menu.')
          }
        },
        required: ['path']
      }
    },
    isVisible: args => args.menu === true,
    execute: args => {
      const { path, at, revisions, staged, untracked, words, from } = args;
      if (typeof path !== 'string') {
        return;
      }
      open(
        {
          path,
          ...(typeof words === 'string' ? { words } : {}),
          ...(typeof from === 'string' ? { from } : {}),
          comparison: {
            revisions: Array.isArray(revisions)
              ? revisions.filter(one => typeof one === 'string')
              : [],
            staged: staged === true,
            untracked: untracked === true
          }
        },
        typeof at === 'string' ? at : undefined
      );
    }
  });
  const going = (id: string, label: string, step: 1 | -1): void => {
    commands.addCommand(id, {
      label,
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => tracker.currentWidget !== null,
      execute: () => {
        tracker.currentWidget?.content.go(step);
      }
    });
  };
  going(CommandIDs.nextChange, trans.__('Next Change'), 1);
  going(CommandIDs.previousChange, trans.__('Previous Change'), -1);
  const toggling = (
    id: string,
    label: string,
    change: (view: IDiffView) => Partial<IDiffView>
  ): void => {
    commands.addCommand(id, {
      label,
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => tracker.currentWidget !== null,
      execute: () => {
        const model = tracker.currentWidget?.content.model;
        model?.setView(change(model.view));
      }
    });
  };
  toggling(
    CommandIDs.toggleLayout,
    trans.__('Show Changes Side by Side or Unified'),
    ({ layout }) => ({ layout: layout === 'split' ? 'unified' : 'split' })
  );
  toggling(
    CommandIDs.toggleWrap,
    trans.__('Wrap Long Lines of Changes'),
    ({ wrap }) => ({ wrap: !wrap })
  );
  toggling(
    CommandIDs.toggleUnchanged,
    trans.__('Show or Fold What Did Not Change'),
    ({ unfolded }) => ({ unfolded: !unfolded })
  );
}
