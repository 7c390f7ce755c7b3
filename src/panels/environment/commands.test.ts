import type { KernelSpec } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { EnvironmentModel } from '../../environment/model';
import { fakeClient, type IFakeClient } from '../../testing/fakeClient';
import { CommandIDs } from '../../tokens';
import { addCommands, SECTION } from './commands';
import { InstalledKernels } from './installed';

const reveal = jest.fn();
let client: IFakeClient;
let environment: EnvironmentModel;
let installed: InstalledKernels;
let commands: CommandRegistry;
let specs: Record<string, KernelSpec.ISpecModel>;
let specsChanged: Signal<object, KernelSpec.ISpecModels>;

function specification(name: string): KernelSpec.ISpecModel {
  return {
    name,
    display_name: name.toUpperCase(),
    language: 'python',
    argv: [],
    resources: {}
  };
}

beforeEach(() => {
  reveal.mockClear();
  client = fakeClient();
  environment = new EnvironmentModel(client, null);
  specs = { a: specification('a'), b: specification('b') };
  specsChanged = new Signal({});
  const manager = {
    get specs() {
      return { default: 'a', kernelspecs: specs };
    },
    specsChanged
  } as unknown as KernelSpec.IManager;
  installed = new InstalledKernels(manager, environment);
  commands = new CommandRegistry();
  addCommands(
    commands,
    nullTranslator.load('jupyter_mlgit'),
    environment,
    installed,
    { reveal, addSection: jest.fn(), addBanner: jest.fn() }
  );
});

afterEach(() => {
  environment.dispose();
});

it('shows the section', async () => {
  await commands.execute(CommandIDs.showGpus);
  expect(reveal).toHaveBeenCalledWith(SECTION);
});

it('asks each kernel anew', async () => {
  await commands.execute(CommandIDs.checkKernels);
  expect(reveal).toHaveBeenCalledWith(SECTION);
  expect(client.asked.map(({ args }) => args[0])).toEqual([
    { kernel: 'a', all: false, refresh: true },
    { kernel: 'b', all: false, refresh: true }
  ]);
});

it('follows what is installed, and which kernel is in front', () => {
  const names = (): string[] => installed.read().map(({ name }) => name);
  const before = installed.read();
  expect(installed.read()).toBe(before);
  environment.setKernel('b');
  expect(names()).toEqual(['b', 'a']);
  specs = { c: specification('c') };
  specsChanged.emit({ default: 'c', kernelspecs: specs });
  expect(names()).toEqual(['c']);
});
