import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { createFileContextWithMockedServices } from '@jupyterlab/docregistry/lib/testutils';
import type { ServiceManager } from '@jupyterlab/services';
import { ServiceManagerMock } from '@jupyterlab/services/lib/testutils';
import { dismissDialog } from '@jupyterlab/testing';
import { nullTranslator } from '@jupyterlab/translation';
import { openDocument } from './labDocuments';
import type { IOpenDocument } from './openDocuments';

const trans = nullTranslator.load('jupyter_mlgit');
let context: DocumentRegistry.Context;
let contents: ServiceManager.IManager['contents'];
let one: IOpenDocument;

/** Types into the document. */
function type(text: string): void {
  const { length } = context.model.toString();
  const { sharedModel } = context.model as unknown as {
    sharedModel: { updateSource(from: number, to: number, text: string): void };
  };
  sharedModel.updateSource(length, length, text);
}

/** Makes the file another one on disk. */
async function write(content: string): Promise<void> {
  await contents.save(context.path, {
    type: 'file',
    format: 'text',
    content
  });
}

beforeEach(async () => {
  const manager = new ServiceManagerMock();
  contents = manager.contents;
  context = await createFileContextWithMockedServices(false, manager);
  await write('from the branch');
  context.model.fromString('before');
  context.model.dirty = false;
  one = openDocument(contents, context, trans);
});

beforeAll(() => {
  // What JupyterLab shows of its own accord is not awaited here.
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
});

afterEach(() => {
  context.dispose();
});

it('shows what is in the file, without an edit to save', async () => {
  await one.revert();
  expect(context.model.toString()).toBe('from the branch');
  expect(one.dirty).toBe(false);
});

it('keeps what is typed while the content is under way', async () => {
  jest.spyOn(console, 'warn').mockImplementation();
  const reverted = one.revert();
  type(', and typed');
  await expect(reverted).rejects.toThrow('edited meanwhile');
  await dismissDialog();
  expect(context.model.toString()).toBe('before, and typed');
  expect(one.dirty).toBe(true);

  // The next time, with the edits saved or dropped, the file's content comes.
  context.model.dirty = false;
  await one.revert();
  expect(context.model.toString()).toBe('from the branch');
});
