import { Widget } from '@lumino/widgets';
import { RepositoryModel } from '../repository/model';
import { fakeClient, refusal, type IFakeClient } from '../testing/fakeClient';
import { aStatus } from '../testing/fixtures';
import { Sidebar } from './sidebar';

let client: IFakeClient;
let repository: RepositoryModel;
let sidebar: Sidebar;
let sections: Record<string, Widget>;

async function settle(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve));
}

beforeEach(async () => {
  client = fakeClient();
  repository = new RepositoryModel(client, null);
  sidebar = new Sidebar(repository, new Widget(), () => undefined);
  sections = {};
  for (const [id, rank] of [
    ['last', 30],
    ['first', 10],
    ['middle', 20]
  ] as const) {
    const widget = new Widget();
    sections[id] = widget;
    widget.id = id;
    sidebar.addSection({ id, rank, setting: `show-${id}`, widget });
  }
  repository.setFolder('project');
  Widget.attach(sidebar, document.body);
  await settle();
});

afterEach(() => {
  sidebar.dispose();
  repository.dispose();
});

function shown(): string[] {
  return ['first', 'middle', 'last'].filter(
    id => sections[id]?.isHidden === false
  );
}

it('shows the sections by rank', () => {
  const ids = [...sidebar.node.querySelectorAll('.jp-mlgit-SectionWidget')];
  expect(ids.map(node => node.id)).toEqual(['first', 'middle', 'last']);
  expect(shown()).toEqual(['first', 'middle', 'last']);
});

it('hides a section that is switched off, and brings it back', () => {
  sidebar.setSwitchedOff(new Set(['show-middle']));
  expect(shown()).toEqual(['first', 'last']);
  sidebar.setSwitchedOff(new Set());
  expect(shown()).toHaveLength(3);
});

it('shows no section where there is no repository', async () => {
  client.answer({ status: () => Promise.reject(refusal('not-a-repository')) });
  repository.setFolder('plain');
  await settle();
  expect(shown()).toEqual([]);
  // With nothing to follow, the top scrolls away with the rest.
  expect(sidebar.hasClass('jp-mod-bare')).toBe(true);
  client.answer({ status: () => Promise.resolve(aStatus()) });
  await repository.refresh();
  expect(sidebar.hasClass('jp-mod-bare')).toBe(false);
});

it('keeps what is not about a repository', async () => {
  const widget = new Widget();
  sidebar.addSection({
    id: 'machine',
    rank: 40,
    setting: 'show-machine',
    everywhere: true,
    widget
  });
  client.answer({ status: () => Promise.reject(refusal('not-a-repository')) });
  repository.setFolder('plain');
  await settle();
  expect(shown()).toEqual([]);
  expect(widget.isHidden).toBe(false);
  sidebar.setSwitchedOff(new Set(['show-machine']));
  expect(widget.isHidden).toBe(true);
});

it('looks while it is visible, and only then', async () => {
  sidebar.hide();
  const before = client.asked.length;
  await repository.refresh();
  expect(client.asked).toHaveLength(before);
  sidebar.show();
  await settle();
  expect(client.asked.length).toBeGreaterThan(before);
});
