/** A notebook and a history in which everything tries to run, and to tell somebody that it was looked at. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '../../drivers/story';

let server: Server;
let away = '';
let hits: string[] = [];

test.beforeAll(async () => {
  server = createServer((request, response) => {
    hits.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  away = `http://127.0.0.1:${port}`;
});

test.afterAll(() => {
  server.close();
});

const RUN = 'window.__pwned=1;top.__pwned=1';

function pages(): readonly string[] {
  return [
    `<script>${RUN}</script>`,
    `<img src=x onerror="${RUN}">`,
    `<svg onload="${RUN}"><foreignObject><script>${RUN}</script></foreignObject></svg>`,
    `<a href="javascript:${RUN}">run</a><a href="${away}/a" target="_top">go</a>`,
    `<img src="${away}/img">`,
    `<img srcset="${away}/srcset 2x"><picture><source srcset="${away}/source"></picture>`,
    `<link rel="preconnect" href="${away}/preconnect"><link rel="stylesheet" href="${away}/css"><link rel="prefetch" href="${away}/prefetch">`,
    `<meta http-equiv="refresh" content="0;url=${away}/refresh">`,
    `<base href="${away}/"><img src="base.png">`,
    `<form action="${away}/form"><input type="image" src="${away}/input"><button>send</button></form>`,
    `<object data="${away}/object"></object><embed src="${away}/embed">`,
    `<iframe src="${away}/iframe" srcdoc="<script>${RUN}</script>"></iframe>`,
    `<video autoplay src="${away}/video" poster="${away}/poster"></video>`,
    `<style>@import "${away}/import"; p { background: url(${away}/style) }</style><p>a</p>`,
    `<p style="background: url(${away}/inline)">a</p>`,
    `<math><mtext><table><mglyph><style><img src=x onerror="${RUN}">`
  ];
}

function outputs(): readonly (readonly [string, unknown])[] {
  return [
    ...pages().map(page => ['text/html', page] as const),
    [
      'image/svg+xml',
      `<svg xmlns="http://www.w3.org/2000/svg" onload="${RUN}"><script>${RUN}</script><image href="${away}/svg"/><foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="${away}/foreign"/></body></foreignObject></svg>`
    ],
    ['application/javascript', RUN],
    ['text/javascript', RUN],
    ['text/latex', `$\\href{javascript:${RUN}}{x}$ \\includegraphics{${away}/tex}`],
    ['text/markdown', `![a](${away}/md) <script>${RUN}</script>`],
    [
      'application/vnd.vega.v5+json',
      { data: [{ name: 'a', url: `${away}/vega` }], marks: [] }
    ],
    [
      'application/vnd.jupyter.widget-view+json',
      { model_id: `<img src=x onerror="${RUN}">`, version_major: 2 }
    ],
    ['application/json', { a: `<img src=x onerror="${RUN}">` }],
    ['image/png', `"><img src=x onerror="${RUN}">`],
    ['text/plain', `<img src=x onerror="${RUN}"> \u001b]8;;${away}/osc\u0007x \u202egnp`]
  ];
}

function notebook(hostile: boolean): string {
  const name = `<img src=x onerror="${RUN}">.png`;
  const shown = hostile ? outputs() : outputs().map(([mime]) => [mime, 'x'] as const);
  const cells = [
    {
      cell_type: 'markdown',
      id: 'text',
      metadata: hostile ? { [`<b onclick="${RUN}">`]: `<script>${RUN}</script>` } : {},
      attachments: hostile ? { [name]: { 'image/png': '"><script>1</script>' } } : {},
      source: hostile
        ? `# Title\n\n![a](${away}/source-md) <img src=x onerror="${RUN}"> [x](javascript:${RUN})`
        : '# Title\n'
    },
    {
      cell_type: 'code',
      execution_count: 1,
      id: 'code',
      metadata: {},
      outputs: shown.map(([mime, content]) => ({
        data: { [mime]: content },
        metadata: {},
        output_type: 'display_data'
      })),
      source: hostile ? `a = '</script><script>${RUN}</script>'\n` : 'a = 1\n'
    }
  ];
  return JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
}

test('nothing in a notebook runs or reaches out', async ({
  repo,
  review,
  page
}) => {
  test.slow();
  hits = [];
  const requests: string[] = [];
  let dialogs = 0;
  page.on('request', request => {
    if (request.url().startsWith(away)) {
      requests.push(request.url());
    }
  });
  page.on('dialog', dialog => {
    dialogs++;
    void dialog.dismiss();
  });
  const file = '<img src=x onerror=window.__pwned=1>\u202eb.ipynb';
  repo.init().commit('Start', { [file]: notebook(false) });
  repo.write('notes.txt', 'x\n').git('add', 'notes.txt');
  repo.git(
    'commit',
    '--quiet',
    '--author="onmouseover=window.__pwned=1" <a@example.org>',
    '--message',
    `<img src="${away}/message" onerror="${RUN}">`
  );
  repo.git('switch', '--quiet', '--create', 'exp/<img/src=x/onerror=window.__pwned=1>');
  repo.write(file, notebook(true));

  await review.open();
  await review.file('<img src=x').click();
  const added = review.diff.locator('.jp-mlgit-Cell.jp-mod-added');
  const text = added.nth(0);
  const code = added.nth(1);
  await expect(text).toContainText('<img src=x');
  await expect(code).toContainText('</script>');
  await code.getByRole('button', { name: /^▸ Outputs/ }).click();
  const after = code.locator('.jp-mlgit-Outputs-side.jp-mod-new');
  await expect(after.locator('.jp-mlgit-Output')).toHaveCount(outputs().length);
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
      frame.locator('a[href], form, link, base, script, object, embed, iframe')
    ).toHaveCount(0);
  }
  for (const form of ['Text', 'Raw']) {
    await review.tool(form).click();
    await expect(review.diff.locator('.cm-content').first()).toBeVisible();
  }

  // What was asked for before has arrived when this has.
  await page.evaluate(
    url => fetch(url, { mode: 'no-cors' }).then(() => undefined),
    `${away}/control`
  );
  expect(hits).toEqual(['/control']);
  expect(requests).toEqual([`${away}/control`]);
  expect(await page.evaluate('window.__pwned')).toBeUndefined();
  expect(dialogs).toBe(0);
  await expect(review.diff.locator('script, img[src=x]')).toHaveCount(0);
  await expect(review.root.locator('img, script')).toHaveCount(0);
});
