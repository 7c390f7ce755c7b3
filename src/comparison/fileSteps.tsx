/**
 * Goes from the difference of one file to that of the next without the way through the list, and back to the list.
 *
 * The tab of the next file takes the place of the one before, so that thirty files don't leave thirty tabs.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette, MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import { Button } from '../components/Button';
import { useStore } from '../components/useStore';
import { CommandIDs, type IDiffs, type IOpenedDiff } from '../tokens';
import type { ComparisonModel } from './model';
import type { ComparisonWidget } from './view';
import { titleOf } from './words';

/** Where a tab with a file's difference was opened from. */
interface IOrigin {
  readonly comparison: MainAreaWidget<ComparisonWidget>;
  readonly path: string;
}

/** What leads through the files of comparisons. */
interface IFileSteps {
  /** Opens a file of a comparison. */
  readonly open: (
    comparison: MainAreaWidget<ComparisonWidget>,
    path: string
  ) => void;
  /** Says that a comparison is there: files of it may have come back with the page before it did. */
  readonly follow: (comparison: MainAreaWidget<ComparisonWidget>) => void;
}

/** Adds the commands, and gives what leads through the files. */
export function goingThroughFiles(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  diffs: IDiffs,
  palette: ICommandPalette | null
): IFileSteps {
  const { commands, shell } = app;
  const origins = new Map<string, IOrigin>();

  const open = (
    comparison: MainAreaWidget<ComparisonWidget>,
    path: string
  ): MainAreaWidget | null => {
    const { model } = comparison.content;
    const place = model.place(path);
    if (place === null) {
      return null;
    }
    const words = titleOf(trans, model.subject, model.view.since);
    return diffs.open({ ...place, words, from: comparison.id }, model.at);
  };
  const comparisons = new Map<string, MainAreaWidget<ComparisonWidget>>();
  /** Files without their comparison, by the id of that. */
  const waiting = new Set<IOpenedDiff>();
  const join = ({
    widget,
    place: { path, from = '' }
  }: IOpenedDiff): boolean => {
    const comparison = comparisons.get(from);
    if (comparison === undefined || widget.isDisposed) {
      return widget.isDisposed;
    }
    const { model } = comparison.content;
    const known = origins.has(widget.id);
    origins.set(widget.id, { comparison, path });
    if (!known) {
      widget.addClass('jp-mlgit-FromComparison');
      widget.disposed.connect(() => origins.delete(widget.id));
      const steps = new StepsWidget(trans, model, path, {
        back: () => {
          back(widget);
        },
        go: step => {
          go(widget, step);
        }
      });
      widget.toolbar.addItem('mlgit-file-steps', steps);
      widget.toolbar.show();
    }
    return true;
  };
  diffs.opened.connect((_, opened) => {
    if (opened.place.from !== undefined && !join(opened)) {
      waiting.add(opened);
    }
  });
  const follow = (comparison: MainAreaWidget<ComparisonWidget>): void => {
    comparisons.set(comparison.id, comparison);
    comparison.disposed.connect(() => comparisons.delete(comparison.id));
    [...waiting].filter(join).forEach(one => waiting.delete(one));
  };
  const back = (widget: MainAreaWidget): void => {
    const origin = origins.get(widget.id);
    if (origin !== undefined && !origin.comparison.isDisposed) {
      shell.activateById(origin.comparison.id);
    }
  };
  const go = (widget: MainAreaWidget, step: 1 | -1): void => {
    const origin = origins.get(widget.id);
    if (origin === undefined || origin.comparison.isDisposed) {
      return;
    }
    const { comparison, path } = origin;
    const { model } = comparison.content;
    const next = model.beside(path, step);
    if (next !== null) {
      model.setView({ active: next.path });
      if (open(comparison, next.path) !== widget) {
        widget.dispose();
      }
    }
  };
  /** The tab in front, if it was opened from a comparison that is still there. */
  const current = (): MainAreaWidget | null => {
    const widget = shell.currentWidget;
    const origin = origins.get(widget?.id ?? '');
    return origin === undefined || origin.comparison.isDisposed
      ? null
      : (widget as MainAreaWidget);
  };
  const add = (
    id: string,
    label: string,
    act: (widget: MainAreaWidget) => void
  ): void => {
    commands.addCommand(id, {
      label,
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => current() !== null,
      execute: () => {
        const widget = current();
        if (widget !== null) {
          act(widget);
        }
      }
    });
    palette?.addItem({ command: id, category: trans.__('ML Git') });
  };
  add(CommandIDs.nextFile, trans.__('Next File of the Comparison'), widget => {
    go(widget, 1);
  });
  add(
    CommandIDs.previousFile,
    trans.__('Previous File of the Comparison'),
    widget => {
      go(widget, -1);
    }
  );
  add(CommandIDs.backToComparison, trans.__('Back to the Comparison'), back);
  return { open, follow };
}

/** What the row above a file's difference does. */
interface IStepActs {
  readonly back: () => void;
  readonly go: (step: 1 | -1) => void;
}

class StepsWidget extends ReactWidget {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _model: ComparisonModel,
    private readonly _path: string,
    private readonly _acts: IStepActs
  ) {
    super();
    this.addClass('jp-mlgit-FileSteps');
  }

  protected override render(): React.JSX.Element {
    return (
      <FileSteps
        trans={this._trans}
        model={this._model}
        path={this._path}
        acts={this._acts}
      />
    );
  }
}

/** The way back to the list, and to the files beside this one. */
export function FileSteps(props: {
  readonly trans: TranslationBundle;
  readonly model: ComparisonModel;
  readonly path: string;
  readonly acts: IStepActs;
}): React.JSX.Element | null {
  const { trans, model, path, acts } = props;
  const files = useStore(model.changed, () => model.files);
  const { since } = useStore(model.changed, () => model.view);
  if (model.isDisposed) {
    return null;
  }
  const index = files.findIndex(file => file.path === path);
  return (
    <>
      <Button
        kind="link"
        label={trans.__('Back to the list of files')}
        onClick={acts.back}
      >
        {trans.__('← %1', titleOf(trans, model.subject, since))}
      </Button>
      {index >= 0 && (
        <>
          <span className="jp-mlgit-FileSteps-place">
            {trans.__('File %1 of %2', index + 1, files.length)}
          </span>
          <Button
            label={trans.__('Previous file (Shift+F8)')}
            disabled={index === 0}
            onClick={() => {
              acts.go(-1);
            }}
          >
            ‹
          </Button>
          <Button
            label={trans.__('Next file (F8)')}
            disabled={index === files.length - 1}
            onClick={() => {
              acts.go(1);
            }}
          >
            ›
          </Button>
        </>
      )}
    </>
  );
}
