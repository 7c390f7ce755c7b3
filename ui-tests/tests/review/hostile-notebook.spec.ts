/** A notebook and a history in which everything tries to run, and to tell somebody that it was looked at. */
import { Beacon, RUN } from '../../drivers/beacon';
import { expect, test } from '../../drivers/story';

const beacon = new Beacon();

test.beforeAll(async () => {
  await beacon.start();
});

test.afterAll(() => {
  beacon.stop();
});

/** Something that each kind of page tries. */
function pages(): readonly string[] {
  const { url } = beacon;
  const host = new URL(url).host;
  const inner = `<script>${RUN}</script><img src='${url}/inner'>`;
  return [
    `<script>${RUN}</script>`,
    `<script>new WebSocket('ws://${host}/socket');navigator.sendBeacon('${url}/send');window.open('${url}/open')</script>`,
    `<script src="${url}/script"></script><script type="module">import '${url}/module'</script>`,
    `<img src=pwned-x onerror="${RUN}">`,
    `<svg onload="${RUN}"><foreignObject><script>${RUN}</script></foreignObject></svg>`,
    `<svg><use href="${url}/use#a"/><image href="${url}/image"/><feImage href="${url}/feimage"/><a href="${url}/a"><animate attributeName="href" to="javascript:${RUN}"/><text y="20">x</text></a><set onbegin="${RUN}"/><script href="${url}/svgscript"/></svg>`,
    `<a href="javascript:${RUN}">run</a><a href="${url}/a" target="_top" ping="${url}/ping">go</a>`,
    `<img src="${url}/img"><img loading="lazy" src="${url}/lazy">`,
    `<img srcset="${url}/srcset 2x"><picture><source srcset="${url}/source"><img></picture>`,
    `<link rel="preconnect" href="${url}"><link rel="dns-prefetch" href="${url}"><link rel="stylesheet" href="${url}/css"><link rel="prefetch" href="${url}/prefetch"><link rel="preload" as="image" href="${url}/preload"><link rel="modulepreload" href="${url}/modulepreload"><link rel="prerender" href="${url}/prerender"><link rel="manifest" href="${url}/manifest"><link rel="icon" href="${url}/icon">`,
    `<meta http-equiv="refresh" content="0;url=${url}/refresh">`,
    `<meta http-equiv="refresh" content="0;url=javascript:${RUN}">`,
    `<meta http-equiv="Content-Security-Policy" content="default-src *"><img src="${url}/policy">`,
    `<base href="${url}/" target="_top"><img src="base.png"><a href="base">go</a>`,
    `<form id="f" action="${url}/form" target="_top"><input type="image" src="${url}/input"><button autofocus onfocus="${RUN}">send</button></form><button form="f" formaction="${url}/formaction">send</button>`,
    `<object data="${url}/object" type="text/html"></object><embed src="${url}/embed"><applet code="${url}/applet"></applet>`,
    `<iframe src="${url}/iframe"></iframe><iframe srcdoc="${inner}"></iframe><iframe src="javascript:${RUN}"></iframe><iframe src="data:text/html,${inner}"></iframe><frameset><frame src="${url}/frame"></frameset>`,
    `<video autoplay src="${url}/video" poster="${url}/poster"></video><audio autoplay src="${url}/audio"></audio><track src="${url}/track">`,
    `<style>@import "${url}/import"; @font-face { font-family: a; src: url(${url}/font) } p { background: url(${url}/style); font-family: a }</style><p>a</p>`,
    `<p style="background: url(${url}/inline)">a</p><p style="background: u\\72l(${url}/escaped)">a</p><p style="cursor: url(${url}/cursor), auto; list-style: url(${url}/list)">a</p><ul style="background: image-set('${url}/set' 1x)"><li>a</li></ul>`,
    `<table background="${url}/background"><td background="${url}/cell">a</td></table><body background="${url}/body">`,
    `<math><mtext><table><mglyph><style><img src=pwned-x onerror="${RUN}">`,
    `<noscript><p title="</noscript><img src=pwned-x onerror='${RUN}'>"></noscript>`,
    `<template><img src=pwned-x onerror="${RUN}"></template><template shadowrootmode="open"><img src="${url}/shadow"></template>`,
    `<details open ontoggle="${RUN}"><summary>a</summary></details><marquee onstart="${RUN}">a</marquee><input autofocus onfocus="${RUN}">`,
    `<p popover id="p" onbeforetoggle="${RUN}">a</p><button popovertarget="p" data-commandlinker-command="terminal:create-new">a</button>`
  ];
}

function svg(): string {
  const { url } = beacon;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40" onload="${RUN}">` +
    `<?xml-stylesheet href="${url}/xmlcss"?><script>${RUN}</script><script href="${url}/svgscript"/>` +
    `<style>@import url(${url}/svgimport); rect { fill: url(${url}/fill#a) }</style>` +
    `<image href="${url}/svg" width="9" height="9"/><use xlink:href="${url}/use#a"/><feImage href="${url}/feimage"/>` +
    `<a href="javascript:${RUN}"><animate attributeName="href" values="${url}/animate"/><rect width="30" height="30"/></a>` +
    `<foreignObject width="40" height="40"><body xmlns="http://www.w3.org/1999/xhtml"><img src="${url}/foreign"/><iframe src="${url}/frame"/><script>${RUN}</script></body></foreignObject></svg>`
  );
}

interface IOutput {
  readonly output_type: string;
  readonly [key: string]: unknown;
}

/** One output of each kind, hostile or not. */
function outputs(hostile: boolean): readonly IOutput[] {
  const { url } = beacon;
  const image = `<img src=pwned-x onerror="${RUN}"><img src="${url}/kind">`;
  const shown = (mime: string, content: unknown): IOutput => ({
    data: { [mime]: hostile ? content : 'x' },
    metadata: hostile ? { [mime]: { isolated: true, [image]: image } } : {},
    output_type: 'display_data'
  });
  return [
    ...pages().map(page => shown('text/html', page)),
    shown('image/svg+xml', svg()),
    ...['application/javascript', 'text/javascript', 'application/ecmascript'].map(
      mime => shown(mime, `${RUN};fetch('${url}/javascript')`)
    ),
    shown(
      'text/latex',
      `$\\href{javascript:${RUN}}{x}$ \\includegraphics{${url}/tex} \\html{${image}}`
    ),
    shown('text/markdown', `![a](${url}/md) [x](javascript:${RUN}) ${image}`),
    shown('text/plain', `${image} \u001b]8;;${url}/osc\u0007x\u001b]8;;\u0007 \u202egnp`),
    shown('application/vnd.vega.v5+json', {
      data: [{ name: 'a', url: `${url}/vega` }],
      marks: []
    }),
    shown('application/vnd.vegalite.v5+json', {
      data: { url: `${url}/vegalite` },
      mark: 'bar'
    }),
    shown('application/vnd.plotly.v1+json', {
      data: [],
      layout: { images: [{ source: `${url}/plotly` }], title: image }
    }),
    shown('application/vdom.v1+json', {
      tagName: 'img',
      attributes: { src: `${url}/vdom`, onerror: RUN },
      children: [image]
    }),
    shown('application/geo+json', { type: 'Point', url: `${url}/geo` }),
    shown('application/vnd.jupyter.widget-view+json', {
      model_id: image,
      version_major: 2
    }),
    shown('application/json', { a: image }),
    shown('application/pdf', `${url}/pdf`),
    shown('application/x-unheard-of', image),
    shown(`text/x-"><img src=pwned-x onerror=${RUN}>`, image),
    // A picture in name only.
    ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp'].map(
      mime => shown(mime, `"><img src=pwned-x onerror="${RUN}">`)
    ),
    shown('image/png', Buffer.from(svg()).toString('base64')),
    shown('video/mp4', `${url}/mp4`),
    {
      name: hostile ? `<b onclick="${RUN}">` : 'stdout',
      output_type: 'stream',
      text: hostile
        ? `\u001b[31m${image}\u001b[0m\u001b]8;;javascript:${RUN}\u0007x\u001b]8;;\u0007\r\u001b[2Jx`
        : 'x'
    },
    {
      ename: hostile ? image : 'ValueError',
      evalue: hostile ? image : 'x',
      output_type: 'error',
      traceback: [hostile ? `\u001b[0;31m${image}\u001b[0m` : 'x']
    }
  ];
}

function notebook(hostile: boolean): string {
  const { url } = beacon;
  const image = `<img src=pwned-x onerror="${RUN}">`;
  const name = `${image}.png`;
  const markdown = `# Title\n\n![a](${url}/source-md) ![b](attachment:${name}) ${image} [x](javascript:${RUN})`;
  const cells = [
    {
      cell_type: 'markdown',
      id: 'text',
      metadata: hostile ? { [`<b onclick="${RUN}">`]: `<script>${RUN}</script>` } : {},
      attachments: hostile
        ? {
            [name]: { 'image/png': '"><script>1</script>' },
            'a.svg': { 'image/svg+xml': svg() },
            'a.html': { 'text/html': `<script>${RUN}</script>` }
          }
        : {},
      source: hostile ? markdown : '# Title\n'
    },
    {
      cell_type: 'code',
      execution_count: 1,
      id: 'code',
      metadata: { tags: hostile ? [image] : [] },
      outputs: outputs(hostile),
      source: hostile ? `a = '</script><script>${RUN}</script>'\n` : 'a = 1\n'
    },
    {
      cell_type: 'raw',
      id: 'raw',
      metadata: { format: 'text/html' },
      source: hostile ? `<script>${RUN}</script>${image}` : 'raw'
    },
    { cell_type: 'markdown', id: 'same', metadata: {}, source: markdown }
  ];
  const widgets = {
    'application/vnd.jupyter.widget-state+json': {
      state: { a: { model_module: `${url}/widget`, model_name: image } }
    }
  };
  const kernelspec = { name: image, display_name: image, language: image };
  const metadata = hostile
    ? { widgets, kernelspec, title: image, language_info: { name: image } }
    : {};
  return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
}

const FILE = '<img src=pwned-x onerror=window.__pwned=1>\u202eb.ipynb';

test('nothing in a notebook runs or reaches out', async ({
  repo,
  review,
  page
}) => {
  test.slow();
  beacon.watch(page);
  repo.init().commit('Start', { [FILE]: notebook(false) });
  repo.write(FILE, notebook(true));

  await review.open();
  await review.file('<img src=pwned').click();
  const added = review.diff.locator('.jp-mlgit-Cell.jp-mod-added');
  const text = added.nth(0);
  const code = added.nth(1);
  await expect(text).toContainText('<img src=pwned-x');
  await expect(code).toContainText('</script>');
  // What a cell holds is made when it comes into sight.
  await added.nth(2).scrollIntoViewIfNeeded();
  await expect(added.nth(2)).toContainText('<script>');
  await review.tool('Unchanged').click();
  await expect(review.diff.locator('.jp-mlgit-Unchanged-source')).toContainText(
    '[x](javascript:'
  );
  // One of its outputs is an error, so they are open.
  await code.scrollIntoViewIfNeeded();
  const after = code.locator('.jp-mlgit-Outputs-side.jp-mod-new');
  const kinds = outputs(true).length;
  await expect(after.locator('.jp-mlgit-Output')).toHaveCount(kinds);
  // Each is there: as its source, or as the picture that it says to be.
  await expect(
    after.locator('.jp-mlgit-Output > div > pre, .jp-mlgit-Output > img')
  ).toHaveCount(kinds);
  const draw = after.getByRole('button', { name: 'Show it drawn' });
  await expect(draw).toHaveCount(pages().length + 1);
  for (let left = pages().length; left >= 0; left--) {
    await draw.first().click();
    await expect(draw).toHaveCount(left);
  }
  const frames = after.locator('iframe');
  await expect(frames).toHaveCount(pages().length);
  for (let n = 0; n < pages().length; n++) {
    const frame = frames.nth(n).contentFrame();
    await expect(frame.locator('body')).toBeAttached();
    await expect(
      frame.locator(
        'a[href], form, link, base, script, object, embed, iframe, style, svg, meta[http-equiv=refresh]'
      )
    ).toHaveCount(0);
  }
  await expect(after.locator('iframe:not([sandbox=""])')).toHaveCount(0);
  for (const form of ['Text', 'Raw']) {
    await review.tool(form).click();
    await expect(review.diff.locator('.cm-content').first()).toBeVisible();
  }
  await expect(review.diff.locator('script, img[src*=pwned]')).toHaveCount(0);
  await expect(review.root.locator('img, script')).toHaveCount(0);
  beacon.expectNoTry();
  await beacon.expectNothing(page);
});

test('the frame alone would hold what its page did not lose', async ({
  repo,
  review,
  page
}) => {
  test.slow();
  beacon.watch(page);
  const shown = JSON.parse(notebook(false)) as { cells: { outputs?: unknown }[] };
  repo.init().commit('Start', { 'a.ipynb': JSON.stringify(shown) });
  const output = {
    data: { 'text/html': '<p>Only a mark.</p>' },
    metadata: {},
    output_type: 'display_data'
  };
  const [, cell] = shown.cells;
  Object.assign(cell ?? {}, { outputs: [output] });
  repo.write('a.ipynb', JSON.stringify(shown));
  await review.open();
  await review.file('a.ipynb').click();
  await review.tool('Outputs').click();
  const code = review.cell(2);
  await code.getByRole('button', { name: /^▸ Outputs/ }).click();
  const after = code.locator('.jp-mlgit-Outputs-side.jp-mod-new');
  await after.getByRole('button', { name: 'Show it drawn' }).click();
  const frame = after.locator('iframe:not(.raw)');
  await expect(frame.contentFrame().locator('p')).toHaveText('Only a mark.');

  // As if nothing had been taken out. A browser may connect to a frame's server before it refuses the frame, so only
  // what is asked for counts here.
  await frame.evaluate((element, contents) => {
    const page = element.getAttribute('srcdoc') ?? '';
    contents.forEach(content => {
      const copy = element.cloneNode() as HTMLIFrameElement;
      copy.className = 'raw';
      copy.srcdoc = page.replace('<p>Only a mark.</p>', () => `${content}<hr>`);
      element.after(copy);
    });
  }, pages());
  const raw = after.locator('iframe.raw');
  await expect(raw).toHaveCount(pages().length);
  for (let n = 0; n < pages().length; n++) {
    await expect(raw.nth(n).contentFrame().locator('head')).toBeAttached();
  }
  await beacon.expectNothing(page);
});
