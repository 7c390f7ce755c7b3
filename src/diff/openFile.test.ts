import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { Signal } from '@lumino/signaling';
import { OpenFile } from './openFile';

/** A document in JupyterLab, as far as it is asked for. */
function aContext(path: string): {
  path: string;
  isDisposed: boolean;
  model: { dirty: boolean; stateChanged: Signal<object, void> };
  disposed: Signal<object, void>;
  save: jest.Mock;
} {
  return {
    path,
    isDisposed: false,
    model: { dirty: false, stateChanged: new Signal({}) },
    disposed: new Signal({}),
    save: jest.fn(() => Promise.resolve())
  };
}

it('follows the document of its file, however often that is opened', async () => {
  const contexts = [aContext('work/other.py')];
  const currentChanged = new Signal<object, void>({});
  const app = {
    shell: { widgets: () => contexts, currentChanged },
    serviceManager: {
      contents: {
        driveName: (path: string) => (path.includes(':') ? 'RTC' : ''),
        localPath: (path: string) => path.replace(/^.*:/, '')
      }
    }
  } as unknown as JupyterFrontEnd;
  const manager = {
    contextForWidget: (widget: unknown) => widget
  } as unknown as IDocumentManager;
  const file = new OpenFile(app, manager, Promise.resolve('work/train.py'));
  await Promise.resolve();
  let told = 0;
  file.changed.connect(() => told++);
  expect(file.isDirty).toBe(false);

  const one = aContext('RTC:work/train.py');
  contexts.push(one);
  currentChanged.emit();
  one.model.dirty = true;
  one.model.stateChanged.emit();
  expect([file.isDirty, told]).toEqual([true, 2]);
  await file.save();
  expect(one.save).toHaveBeenCalledTimes(1);

  one.isDisposed = true;
  one.disposed.emit();
  expect(file.isDirty).toBe(false);
  told = 0;
  one.model.stateChanged.emit();
  expect(told).toBe(0);

  file.dispose();
  currentChanged.emit();
  expect(told).toBe(0);
});
