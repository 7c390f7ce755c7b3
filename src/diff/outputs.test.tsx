import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, render, screen, within } from '@testing-library/react';
import React from 'react';
import type { IOutputPlace } from '../api/client';
import type { CellChange, Output } from '../api/schema';
import { aCellChange, anOutput } from '../testing/diffFixtures';
import { fakeClient, refusal, type IFakeClient } from '../testing/fakeClient';
import { RepositoryModel } from '../repository/model';
import { DiffModel } from './model';
import { Outputs } from './outputs';
import { Parts } from './parts';

const trans = nullTranslator.load('jupyter_mlgit');
const PIXEL = 'iVBORw0K\nGgo=';

/** Shows the outputs of a change, of which a server has these contents by their kind. */
function show(
  change: Partial<CellChange>,
  contents: Readonly<Record<string, string | null>> = {},
  truncated = false
): { readonly client: IFakeClient; readonly parts: Parts } {
  const client = fakeClient({
    output: (_, __, { mime }) =>
      Promise.resolve({ mime, content: contents[mime] ?? null, truncated })
  });
  const comparison = { revisions: ['HEAD'], staged: false, untracked: true };
  const model = new DiffModel(new RepositoryModel(client, null), 'project', {
    path: 'train.ipynb',
    comparison
  });
  const parts = new Parts();
  render(
    <Outputs
      trans={trans}
      model={model}
      change={aCellChange(change)}
      view={model.view}
      parts={parts}
      folded={() => ''}
    />
  );
  return { client, parts };
}

/** Shows one new output, opened. */
async function shown(
  mime: string,
  content: string | null,
  truncated = false
): Promise<HTMLElement> {
  const output = anOutput({ mime });
  show(
    { change: 'added', outputs: { old: [], new: [output] } },
    { [mime]: content },
    truncated
  );
  fireEvent.click(screen.getByRole('button', { name: /^▸ Outputs/ }));
  return screen.findByRole('figure');
}

function asked(client: IFakeClient): readonly IOutputPlace[] {
  return client.asked
    .filter(({ verb }) => verb === 'output')
    .map(({ args }) => args[2] as IOutputPlace);
}

it('shows nothing where outputs are the same', () => {
  show({ outputs: null });
  expect(screen.queryByRole('button')).toBeNull();
});

it.each([
  ['edited', 'Outputs: 1 text → 1 image, 1 error'],
  ['added', 'Outputs: 1 image, 1 error'],
  ['deleted', 'Outputs: 1 text']
] as const)('says in words what an %s cell has', (change, words) => {
  const error: Output = anOutput({ n: 2, kind: 'error' });
  show({
    change,
    outputs: {
      old: [anOutput()],
      new: [anOutput({ mime: 'image/png' }), error]
    }
  });
  expect(screen.getByRole('button').textContent).toBe(`▸ ${words}`);
});

it('asks for nothing before it is opened, then for each output of each side', async () => {
  const { client } = show(
    {
      oldIndex: 3,
      newIndex: 4,
      outputs: { old: [anOutput()], new: [anOutput({ n: 2 })] }
    },
    { 'text/plain': 'loss 1' }
  );
  expect(asked(client)).toEqual([]);
  fireEvent.click(screen.getByRole('button'));
  expect(await screen.findAllByText('loss 1')).toHaveLength(2);
  expect(asked(client)).toEqual([
    { path: 'train.ipynb', side: 'old', cell: 3, n: 1, mime: 'text/plain' },
    { path: 'train.ipynb', side: 'new', cell: 4, n: 2, mime: 'text/plain' }
  ]);
});

it('is open from the first where the cell fails now', async () => {
  const error = anOutput({ kind: 'error', name: 'ValueError' });
  show(
    { fails: 'ValueError', outputs: { old: [], new: [error] } },
    { 'text/plain': 'Traceback' }
  );
  await screen.findByText('Traceback');
});

it('says where a side has none', async () => {
  show({ outputs: { old: [], new: [anOutput()] } }, { 'text/plain': 'loss 1' });
  fireEvent.click(screen.getByRole('button'));
  await screen.findByText('loss 1');
  screen.getByText('No output.');
});

it('shows a picture from its bytes', async () => {
  const figure = await shown('image/png', PIXEL);
  const picture = await within(figure).findByRole('img');
  expect(picture.getAttribute('src')).toBe(
    'data:image/png;base64,iVBORw0KGgo='
  );
});

it('shows of a picture that is cut off the source that there is', async () => {
  const figure = await shown('image/png', 'iVBO', true);
  await within(figure).findByText('It is longer than this.');
  expect(within(figure).queryByRole('img')).toBeNull();
  within(figure).getByText('iVBO');
});

it.each([
  'text/html',
  'image/svg+xml',
  'application/javascript',
  'text/latex',
  'text/markdown',
  'application/vnd.jupyter.widget-view+json',
  'application/x-unheard-of'
])('shows %s as its source', async mime => {
  const source = '<img src=x onerror="alert(1)">';
  const figure = await shown(mime, source);
  await within(figure).findByText(source);
  expect(figure.querySelectorAll('img, iframe, script')).toHaveLength(0);
});

it('draws HTML on request, in a frame without any right', async () => {
  const figure = await shown('text/html', '<b>bold</b><script>1</script>');
  fireEvent.click(
    await within(figure).findByRole('button', { name: 'Show it drawn' })
  );
  const frame = figure.querySelector('iframe');
  expect(frame?.getAttribute('sandbox')).toBe('');
  expect(frame?.srcdoc).toContain("default-src 'none'");
  expect(frame?.srcdoc).toContain('<b>bold</b>');
  expect(frame?.srcdoc).not.toContain('<script');
  fireEvent.click(
    within(figure).getByRole('button', { name: 'Show the source' })
  );
  expect(figure.querySelector('iframe')).toBeNull();
});

it('draws SVG as a picture, in which nothing runs', async () => {
  const figure = await shown('image/svg+xml', '<svg onload="alert(1)"/>');
  fireEvent.click(
    await within(figure).findByRole('button', { name: 'Show it drawn' })
  );
  expect(within(figure).getByRole('img').getAttribute('src')).toMatch(
    /^data:image\/svg\+xml;charset=utf-8,%3Csvg/
  );
});

it('takes the colours of a terminal away and shows what else would act', async () => {
  const figure = await shown(
    'text/plain',
    '\u001b[0;31mred\u001b[0m \u202egnp\u0007'
  );
  await within(figure).findByText('red [U+202E]gnp[U+0007]');
});

it('says what can not be had', async () => {
  const figure = await shown('text/plain', null);
  await within(figure).findByText('It is no longer there.');
});

it('says why the server refuses', async () => {
  const { client } = show({ outputs: { old: [], new: [anOutput()] } });
  client.answer({
    output: () => Promise.reject(refusal('repository-busy'))
  });
  fireEvent.click(screen.getByRole('button'));
  await screen.findByText('Refused: repository-busy.');
});

it('can be searched while it is open', async () => {
  const { parts } = show(
    { outputs: { old: [], new: [anOutput()] } },
    { 'text/plain': 'loss 1\nloss 2' }
  );
  expect(parts.all).toEqual([]);
  fireEvent.click(screen.getByRole('button'));
  await screen.findByText(/loss 1/);
  const [part] = parts.all;
  expect(part?.find(/loss/g).map(({ position }) => position)).toEqual([0, 7]);
  fireEvent.click(screen.getByRole('button'));
  expect(parts.all).toEqual([]);
});

it('compares what was printed line by line', async () => {
  const printed = anOutput({ kind: 'stream', name: 'stdout' });
  const { client, parts } = show({
    outputs: { old: [printed], new: [printed] }
  });
  client.answer({
    output: (_, __, { side, mime }) =>
      Promise.resolve({
        mime,
        content: `epoch 1\nloss ${side === 'old' ? '0.25' : '\u001b[31m0.75\u001b[0m'}\n`,
        truncated: false
      })
  });
  fireEvent.click(screen.getByRole('button'));
  const before = await screen.findByRole('textbox', { name: 'Output before' });
  const after = screen.getByRole('textbox', { name: 'Output after' });
  const changed = (side: HTMLElement): (string | null)[] =>
    [...side.querySelectorAll('.cm-changedLine')].map(
      ({ textContent }) => textContent
    );
  expect(changed(before)).toEqual(['loss 0.25']);
  expect(changed(after)).toEqual(['loss 0.75']);
  expect(parts.all.flatMap(({ lines }) => lines)).toHaveLength(1);
});
