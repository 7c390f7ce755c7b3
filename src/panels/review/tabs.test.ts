import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { RepositoryModel } from '../../repository/model';
import { aStatusChange } from '../../testing/diffFixtures';
import { fakeClient } from '../../testing/fakeClient';
import { aStatus } from '../../testing/fixtures';
import {
  CommandIDs,
  type IDiffs,
  type IOpenedDiff,
  type IRepository
} from '../../tokens';
import type { IFileItem } from './items';
import { comparisonOf, ReviewModel } from './model';
import { goingThroughChanges } from './tabs';

const changes = [
  aStatusChange({ path: 'a', index: 'modified', worktree: 'modified' }),
  aStatusChange({ path: 'b', worktree: 'modified' })
];

interface ILab {
  readonly model: ReviewModel;
  readonly commands: CommandRegistry;
  /** Opens a tab of the list's repository, or with a commit one of something else. */
  open(
    item: Pick<IFileItem, 'path' | 'group'>,
    revisions?: string[]
  ): MainAreaWidget;
}

function lab(): ILab {
  const real = new RepositoryModel(fakeClient(), null);
  const state = { ...real.state, status: aStatus({ changes }) };
  const model = new ReviewModel(
    Object.create(real, { state: { value: state } }) as IRepository
  );
  const commands = new CommandRegistry();
  const shell = { currentWidget: null as Widget | null };
  const opened = new Signal<IDiffs, IOpenedDiff>({} as IDiffs);
  const open: ILab['open'] = ({ path, group }, revisions = []) => {
    const widget = new MainAreaWidget({ content: new Widget() });
    shell.currentWidget = widget;
    const comparison = { ...comparisonOf(group), revisions };
    opened.emit({ widget, place: { path, comparison } });
    return widget;
  };
  goingThroughChanges(
    { commands, shell } as unknown as JupyterFrontEnd,
    nullTranslator.load('jupyter_mlgit'),
    { opened } as unknown as IDiffs,
    model,
    open,
    null
  );
  return { model, commands, open };
}

it('goes through the changed files, and marks the one in front', async () => {
  const { model, commands, open } = lab();
  const first = open({ path: 'a', group: 'staged' });
  expect(model.inFront).toBe('staged:a');
  await commands.execute(CommandIDs.nextChangedFile);
  expect(model.inFront).toBe('changed:a');
  expect(first.isDisposed).toBe(true);
  await commands.execute(CommandIDs.nextChangedFile);
  await commands.execute(CommandIDs.nextChangedFile);
  expect(model.inFront).toBe('changed:b');
  await commands.execute(CommandIDs.previousChangedFile);
  expect(model.inFront).toBe('changed:a');
});

it('leaves what a commit changed alone', () => {
  const { model, commands, open } = lab();
  const other = open({ path: 'a', group: 'changed' }, ['HEAD^!']);
  expect(model.inFront).toBeNull();
  expect(commands.isEnabled(CommandIDs.nextChangedFile)).toBe(false);
  expect(other.hasClass('jp-mlgit-FromReview')).toBe(false);
});

it('begins anew where the file is in the list no more', async () => {
  const { model, commands, open } = lab();
  open({ path: 'gone', group: 'changed' });
  expect(model.inFront).toBeNull();
  await commands.execute(CommandIDs.nextChangedFile);
  expect(model.inFront).toBe('staged:a');
});
