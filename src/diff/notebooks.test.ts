import { Notification } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { nullTranslator } from '@jupyterlab/translation';
import { NotebookPanel } from '@jupyterlab/notebook';
import { fakeClient, refusal } from '../testing/fakeClient';
import { aStatus } from '../testing/fixtures';
import { goingToCells } from './notebooks';

const trans = nullTranslator.load('jupyter_mlgit');

/** A notebook that is open, with these cells by their ids. */
function notebook(cells: Readonly<Record<string, string>>): {
  readonly panel: NotebookPanel;
  readonly went: string[];
} {
  const went: string[] = [];
  const content = {
    activeCellIndex: -1,
    widgets: Object.entries(cells).map(([id, source]) => ({
      model: { id, sharedModel: { getSource: () => source } }
    })),
    scrollToItem: (place: number) => {
      went.push(`scrolled to ${place}`);
      return Promise.resolve();
    },
    activate: () => {
      went.push(`active ${content.activeCellIndex}`);
    }
  };
  // Only what is asked of it.
  const panel = Object.create(NotebookPanel.prototype) as NotebookPanel;
  for (const [name, value] of Object.entries({
    content,
    context: { ready: Promise.resolve() },
    revealed: Promise.resolve()
  })) {
    Object.defineProperty(panel, name, { value });
  }
  return { panel, went };
}

/** Goes to the second cell of a notebook. */
async function go(
  panel: unknown,
  status = (at: string) =>
    at === 'work'
      ? Promise.resolve(aStatus())
      : Promise.reject(refusal('not-a-repository'))
): Promise<readonly string[]> {
  const opened: string[] = [];
  const documents = {
    openOrReveal: (path: string) => {
      opened.push(path);
      return panel;
    }
  } as unknown as IDocumentManager;
  await goingToCells(
    trans,
    fakeClient({ status }),
    documents
  )({
    at: 'work',
    path: 'nb/train.ipynb',
    index: 1,
    id: 'b',
    source: 'lr = 1e-4'
  });
  return opened;
}

function told(): readonly string[] {
  return Notification.manager.notifications.map(({ message }) => message);
}

afterEach(() => {
  Notification.manager.dismiss();
});

it('opens the notebook and goes to the cell', async () => {
  const { panel, went } = notebook({ a: 'import torch', b: 'lr = 1e-4' });
  expect(await go(panel)).toEqual(['work/nb/train.ipynb']);
  expect(went).toEqual(['scrolled to 1', 'active 1']);
});

it('finds the cell where it is by now', async () => {
  const { panel, went } = notebook({ a: 'x', c: 'y', b: 'lr = 3e-4' });
  await go(panel);
  expect(went).toEqual(['scrolled to 2', 'active 2']);
});

it('says so where the notebook no longer has the cell', async () => {
  const { panel, went } = notebook({ a: 'x' });
  await go(panel);
  expect(went).toEqual([]);
  expect(told()).toEqual(['The notebook no longer has this cell.']);
});

it('leaves alone what opens as something else', async () => {
  await go(undefined);
  expect(told()).toEqual([]);
});

it('says what the server refuses', async () => {
  const opened = await go(null, () =>
    Promise.reject(refusal('not-a-repository'))
  );
  expect(opened).toEqual([]);
  expect(told()).toEqual(['Refused: not-a-repository.']);
});

it('hides no fault of its own', async () => {
  const broken = go(null, () => Promise.reject(new TypeError('broken')));
  await expect(broken).rejects.toThrow('broken');
});
