/**
 * Goes from the difference of one changed file to that of the next, and knows which one is in front.
 *
 * The tab of the next file takes the place of the one before, so that thirty files don't leave thirty tabs.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette, MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';
import { CommandIDs, type IDiffs } from '../../tokens';
import type { IFileItem } from './items';
import type { ReviewModel } from './model';

/** What a tab shows. */
interface ITab {
  readonly path: string;
  readonly staged: boolean;
  /** The repository; null where it was opened before one was known, as with the page. */
  readonly root: string | null;
}

/** Adds the commands, and lets the list say which of its files is in front. */
export function goingThroughChanges(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  diffs: IDiffs,
  model: ReviewModel,
  open: (item: IFileItem) => MainAreaWidget,
  palette: ICommandPalette | null
): void {
  const { commands, shell } = app;
  const tabs = new WeakMap<Widget, ITab>();
  const root = (): string | null => model.repository.state.status?.root ?? null;

  const current = (): { widget: Widget; tab: ITab } | null => {
    const widget = shell.currentWidget;
    const tab = widget === null ? undefined : tabs.get(widget);
    return widget === null ||
      tab === undefined ||
      (tab.root !== null && tab.root !== root())
      ? null
      : { widget, tab };
  };
  const files = (): readonly IFileItem[] =>
    model.items.filter(one => one.type === 'file');
  const placeOf = ({ path, staged }: ITab): number =>
    files().findIndex(
      one => one.path === path && (one.group === 'staged') === staged
    );
  const look = (): void => {
    const shown = current();
    const place = shown === null ? -1 : placeOf(shown.tab);
    model.setInFront(files()[place]?.key ?? null);
  };
  shell.currentChanged?.connect(look);
  model.changed.connect(look);
  diffs.opened.connect((_, { widget, place }) => {
    const { path, from, comparison } = place;
    // What a comparison or a commit has opened has its own way from file to file.
    if (from === undefined && comparison.revisions.length === 0) {
      widget.addClass('jp-mlgit-FromReview');
      tabs.set(widget, { path, staged: comparison.staged, root: root() });
      look();
    }
  });

  const add = (id: string, label: string, step: 1 | -1): void => {
    commands.addCommand(id, {
      label,
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => current() !== null,
      execute: () => {
        const shown = current();
        if (shown === null) {
          return;
        }
        const place = placeOf(shown.tab);
        // What was committed or discarded meanwhile is in the list no more, which begins anew.
        const next =
          place < 0 ? files().at(step > 0 ? 0 : -1) : files()[place + step];
        if (next !== undefined && open(next) !== shown.widget) {
          shown.widget.dispose();
        }
      }
    });
    palette?.addItem({ command: id, category: trans.__('ML Git') });
  };
  add(CommandIDs.nextChangedFile, trans.__('Next Changed File'), 1);
  add(CommandIDs.previousChangedFile, trans.__('Previous Changed File'), -1);
}
