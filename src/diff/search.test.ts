import { MainAreaWidget } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { RepositoryModel } from '../repository/model';
import { fakeClient } from '../testing/fakeClient';
import { Languages } from './language';
import { DiffModel } from './model';
import { hitsIn, type IHit, type IPart } from './parts';
import { DiffSearch } from './search';
import { DiffWidget } from './view';

/** A part that says what it was told to look at. */
class Part implements IPart {
  constructor(
    readonly text: string,
    readonly top: number,
    private readonly _shown: (string | null)[]
  ) {}

  readonly node = document.createElement('div');
  readonly lines = [];
  readonly leaveLines = jest.fn();
  query: RegExp | null = null;

  find(query: RegExp | null): readonly IHit[] {
    this.query = query;
    return query === null ? [] : hitsIn(query, this.text);
  }

  show(hit: IHit, inSight: boolean): void {
    this._shown.push(`${inSight ? '' : '('}${this.text}@${hit.position}`);
  }

  leave(): void {
    this._shown.push(null);
  }

  topOf(hit: IHit): number {
    return this.top + hit.position;
  }
}

let shown: (string | null)[];
let widget: DiffWidget;
let search: DiffSearch;

function part(text: string, top: number): Part {
  const made = new Part(text, top, shown);
  widget.node.append(made.node);
  widget.parts.add(made);
  return made;
}

beforeEach(() => {
  shown = [];
  const model = new DiffModel(
    new RepositoryModel(fakeClient({}), null),
    'project',
    {
      path: 'train.py',
      comparison: { revisions: [], staged: false, untracked: true }
    }
  );
  const trans = nullTranslator.load('jupyter_mlgit');
  widget = new DiffWidget({
    trans,
    model,
    languages: new Languages(null),
    goToCell: null,
    top: Promise.resolve(null)
  });
  const area = new MainAreaWidget({ content: widget });
  expect(DiffSearch.isApplicable(area)).toBe(true);
  expect(DiffSearch.isApplicable(widget)).toBe(false);
  search = DiffSearch.createNew(area);
});

it('goes through all parts, round and round, and replaces nothing', async () => {
  part('lr lr', 0);
  part('epochs', 10);
  part('lr', 20);
  await search.startQuery(/lr/gi);
  expect([search.currentMatchIndex, search.matchesCount]).toEqual([null, 3]);
  for (let n = 0; n < 4; n++) {
    await search.highlightNext();
  }
  expect(shown.filter(one => one !== null)).toEqual([
    'lr lr@0',
    'lr lr@3',
    'lr@0',
    'lr lr@0'
  ]);
  await search.highlightPrevious();
  expect(search.currentMatchIndex).toBe(2);
  expect(search.isReadOnly).toBe(true);
  expect(await search.replaceAllMatches()).toBe(false);
});

it('begins with what is in sight', async () => {
  part('lr', -50);
  part('lr!', 20);
  await search.startQuery(/lr/g);
  await search.highlightNext();
  expect(shown).toEqual(['lr!@0']);
});

it('keeps looking at the same place when parts come, without going there', async () => {
  part('lr', 0);
  await search.startQuery(/lr/g);
  await search.highlightNext();
  const changed = jest.fn();
  search.stateChanged.connect(changed);
  part('lr lr', 10);
  expect(changed).toHaveBeenCalled();
  await search.startQuery(/lr/g);
  expect([search.currentMatchIndex, search.matchesCount]).toEqual([0, 3]);
  expect(shown).toEqual(['lr@0', '(lr@0']);
});

it('marks nothing any more at its end', async () => {
  const one = part('lr', 0);
  await search.startQuery(/lr/g);
  expect(one.query).not.toBeNull();
  await search.endQuery();
  expect(one.query).toBeNull();
  expect([search.currentMatchIndex, search.matchesCount]).toEqual([null, null]);
  expect(await search.highlightNext()).toBeUndefined();
});
