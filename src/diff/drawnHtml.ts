/**
 * Makes a page of an output's HTML that can be looked at, and that can do nothing.
 *
 * Three walls: the frame around it is a sandbox without any right; the page's policy lets nothing in but pictures that it
 * holds itself; and whatever could act, be filled in or reach out is taken out here. The first two together keep
 * everything from running and being fetched. The last one matters for links, since no policy of a page forbids to leave
 * it, and for frames and the like, whose servers a browser may connect to before it refuses them.
 */
import { Sanitizer } from '@jupyterlab/apputils';

const POLICY = [
  "default-src 'none'",
  'img-src data:',
  "style-src 'unsafe-inline'",
  "form-action 'none'",
  "base-uri 'none'"
].join('; ');

/** Elements that stay; of all others only what is in them does. */
const ELEMENTS = new Set(
  (
    'abbr address article aside b bdi bdo big blockquote br caption center ' +
    'cite code col colgroup dd del details dfn div dl dt em figcaption ' +
    'figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark ' +
    'nav ol p pre q s samp section small span strike strong sub summary sup ' +
    'table tbody td tfoot th thead time tr tt u ul var wbr'
  ).split(' ')
);

/** Attributes that stay: how it looks, and nothing that names another place. */
const ATTRIBUTES = new Set(
  (
    'align alt bgcolor border cellpadding cellspacing class color colspan dir ' +
    'height hidden lang open reversed rowspan size span start style title ' +
    'type valign value width'
  ).split(' ')
);

const PICTURE = /^data:image\/(?:png|jpeg|gif|webp|bmp);base64,[\w+/=\s]*$/i;

/** What fetches in a style: named outright, or hidden by an escape or a comment. */
const FETCHES = /url|image|src|import|@|\\|\/\*/i;

/** Gives the whole page, for the `srcdoc` of a frame. */
export function drawnHtml(content: string): string {
  const clean = new Sanitizer().sanitize(content);
  // A document that is parsed like this is never shown: nothing in it is fetched.
  const { body } = new DOMParser().parseFromString(clean, 'text/html');
  for (const element of Array.from(body.querySelectorAll('*'))) {
    if (ELEMENTS.has(element.localName)) {
      tame(element);
    } else {
      element.replaceWith(...Array.from(element.childNodes));
    }
  }
  return (
    '<!DOCTYPE html><meta charset="utf-8">' +
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
    '<meta name="referrer" content="no-referrer">' +
    '<meta http-equiv="x-dns-prefetch-control" content="off">' +
    new XMLSerializer().serializeToString(body)
  );
}

function tame(element: Element): void {
  for (const { name, value } of Array.from(element.attributes)) {
    const stays =
      name === 'src'
        ? element.localName === 'img' && PICTURE.test(value)
        : ATTRIBUTES.has(name) && !(name === 'style' && FETCHES.test(value));
    if (!stays) {
      element.removeAttribute(name);
    }
  }
}
