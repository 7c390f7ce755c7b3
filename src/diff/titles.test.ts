import { tabLabels, type ITitled } from './titles';

function of(path: string, words = 'Working Tree', repository = ''): ITitled {
  return { path, words, repository };
}

it.each<[string, readonly ITitled[], readonly string[]]>([
  [
    'names files and what is compared',
    [of('src/train.py'), of('model.py', 'Index')],
    ['train.py (Working Tree)', 'model.py (Index)']
  ],
  [
    'begins with the folder in which files of the same name differ',
    [of('a/train.py'), of('b/train.py'), of('train.py')],
    [
      'a/train.py (Working Tree)',
      'b/train.py (Working Tree)',
      './train.py (Working Tree)'
    ]
  ],
  [
    'does not name the repository where all are of one',
    [of('a/train.py', 'Index', 'work'), of('train.py', 'Index', 'work')],
    ['a/train.py (Index)', './train.py (Index)']
  ],
  [
    'goes up to the first folder that differs',
    [of('a/x/train.py'), of('b/x/train.py')],
    ['a/x/train.py (Working Tree)', 'b/x/train.py (Working Tree)']
  ],
  [
    'begins with what is compared where one file is open twice',
    [of('train.py'), of('train.py', 'Index'), of('model.py')],
    ['Working Tree: train.py', 'Index: train.py', 'model.py (Working Tree)']
  ],
  [
    'tells repositories apart',
    [of('train.py', 'Index', 'one'), of('train.py', 'Index', 'two')],
    ['one/train.py (Index)', 'two/train.py (Index)']
  ],
  [
    'cuts a long name in its middle, since versions differ at the end',
    [of('resnet50-imagenet-baseline-v1.ipynb')],
    ['resnet50-i…seline-v1.ipynb (Working Tree)']
  ]
])('%s', (_, tabs, labels) => {
  expect(tabLabels(tabs)).toEqual(labels);
});
