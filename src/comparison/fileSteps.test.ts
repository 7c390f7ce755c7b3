import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { RepositoryModel } from '../repository/model';
import { fakeClient } from '../testing/fakeClient';
import { CommandIDs, type IDiffs, type IOpenedDiff } from '../tokens';
import { goingThroughFiles } from './fileSteps';
import { ComparisonModel } from './model';
import type { ComparisonWidget } from './view';

const trans = nullTranslator.load('jupyter_mlgit');

interface ILab {
  readonly steps: ReturnType<typeof goingThroughFiles>;
  readonly activated: readonly string[];
  /** Brings a tab back, as the page's restorer does; gives whether it leads to other files. */
  restore(path: string, from?: string): { leads: () => boolean };
}

function lab(): ILab {
  const commands = new CommandRegistry();
  const activated: string[] = [];
  const shell = {
    currentWidget: null as Widget | null,
    activateById: (id: string) => {
      activated.push(id);
    }
  };
  const opened = new Signal<IDiffs, IOpenedDiff>({} as IDiffs);
  const diffs: IDiffs = {
    opened,
    open: () => {
      throw new Error('Nothing is opened anew.');
    }
  };
  const app = { commands, shell } as unknown as JupyterFrontEnd;
  const steps = goingThroughFiles(app, trans, diffs, null);
  return {
    steps,
    activated,
    restore: (path, from) => {
      const widget = new MainAreaWidget({ content: new Widget() });
      widget.id = path;
      widget.toolbar.hide();
      const comparison = { revisions: [], staged: false, untracked: true };
      const place = {
        path,
        comparison,
        ...(from === undefined ? {} : { from })
      };
      opened.emit({ widget, place });
      return {
        leads: () => {
          shell.currentWidget = widget;
          const can = commands.isEnabled(CommandIDs.backToComparison);
          if (can) {
            void commands.execute(CommandIDs.backToComparison);
          }
          return can && !widget.toolbar.isHidden;
        }
      };
    }
  };
}

function aComparison(id: string): MainAreaWidget<ComparisonWidget> {
  const subject = { kind: 'own', rev: 'HEAD' } as const;
  const model = new ComparisonModel(
    new RepositoryModel(fakeClient(), null),
    '',
    subject,
    false
  );
  const content = Object.assign(new Widget(), { model });
  const widget = new MainAreaWidget({ content });
  widget.id = id;
  return widget as unknown as MainAreaWidget<ComparisonWidget>;
}

it('leads on from a file that came back before its comparison did', () => {
  const { steps, restore, activated } = lab();
  const before = restore('a.py', 'main…exp');
  const other = restore('b.py', 'main…gone');
  const alone = restore('c.py');
  expect(before.leads()).toBe(false);
  steps.follow(aComparison('main…exp'));
  const after = restore('d.py', 'main…exp');
  expect([before, other, alone, after].map(one => one.leads())).toEqual([
    ...[true, false, false, true]
  ]);
  expect(activated).toEqual(['main…exp', 'main…exp']);
});

it('leads nowhere once the comparison is closed', () => {
  const { steps, restore } = lab();
  const comparison = aComparison('main…exp');
  steps.follow(comparison);
  const file = restore('a.py', 'main…exp');
  comparison.dispose();
  expect(file.leads()).toBe(false);
});
