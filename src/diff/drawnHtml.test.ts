import { drawnHtml } from './drawnHtml';

const AWAY = 'http://127.0.0.1:9/beacon';

/** Gives what the frame would hold after the page's own head. */
function drawn(content: string): string {
  const { body } = new DOMParser().parseFromString(
    drawnHtml(content),
    'text/html'
  );
  return new XMLSerializer()
    .serializeToString(body)
    .replaceAll(/^<body[^>]*>|<\/body>$/g, '')
    .replaceAll(' />', '>');
}

it.each([
  ['<script>window.__pwned=1</script>', ''],
  ['<img src=x onerror=window.__pwned=1>', '<img>'],
  [`<img src="${AWAY}">`, '<img>'],
  [`<img srcset="${AWAY} 2x">`, '<img>'],
  ['<img src="attachment:a.png">', '<img>'],
  ['<img src="data:image/svg+xml,<svg/>">', '<img>'],
  ['<img src="data:text/html;base64,AAAA">', '<img>'],
  [`<picture><source srcset="${AWAY}"><img></picture>`, '<img>'],
  [`<link rel=preconnect href="${AWAY}">`, ''],
  [`<link rel=stylesheet href="${AWAY}">`, ''],
  [`<meta http-equiv=refresh content="0;url=${AWAY}">`, ''],
  [`<base href="${AWAY}">`, ''],
  [`<a href="${AWAY}" target=_top ping="${AWAY}">go</a>`, 'go'],
  ['<a href="javascript:window.__pwned=1">go</a>', 'go'],
  [`<form action="${AWAY}"><button formaction=x>go</button></form>`, 'go'],
  [`<input type=image src="${AWAY}">`, ''],
  [`<map><area href="${AWAY}"></map>`, ''],
  [`<object data="${AWAY}"></object><embed src="${AWAY}">`, ''],
  [`<iframe src="${AWAY}" srcdoc="<script>1</script>"></iframe>`, ''],
  [`<audio src="${AWAY}" autoplay></audio>`, ''],
  [`<video poster="${AWAY}" src="${AWAY}"></video>`, ''],
  [`<style>@import "${AWAY}"; p{background:url(${AWAY})}</style>`, ''],
  [`<p style="background:url(${AWAY})">a</p>`, '<p>a</p>'],
  [`<p style="background-image:u\\72l(${AWAY})">a</p>`, '<p>a</p>'],
  [`<p style="background:image-set('${AWAY}' 1x)">a</p>`, '<p>a</p>'],
  [`<table background="${AWAY}"></table>`, '<table></table>'],
  [`<blockquote cite="${AWAY}">a</blockquote>`, '<blockquote>a</blockquote>'],
  ['<p onclick="window.__pwned=1" accesskey=x>a</p>', '<p>a</p>'],
  ['<button data-commandlinker-command="x:y">a</button>', 'a'],
  ['<svg><foreignObject><script>1</script></foreignObject></svg>', ''],
  ['<math><mi xlink:href="javascript:1">a</mi></math>', 'a']
])('takes %j away', (content, left) => {
  expect(drawn(content)).toBe(left);
});

it.each([
  '<table class="dataframe" border="1"><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
  '<img src="data:image/png;base64,iVBORw0KGgo=" alt="a plot">',
  '<p style="color:red">a <b>b</b></p>'
])('leaves %j', content => {
  expect(drawn(content)).toBe(content);
});

it('puts its policy before everything that it holds', () => {
  const page = drawnHtml('</head><p>a</p>');
  const policy = page.indexOf("default-src 'none'");
  expect(policy).toBeGreaterThan(0);
  expect(policy).toBeLessThan(page.indexOf('<p>'));
});
