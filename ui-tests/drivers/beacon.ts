/** A server that somebody wants to be told by, and what a page did that it should not have done. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type Page } from '@playwright/test';

/** What a script would do if it ran: in this window, in the one that is around it, and away from here. */
export const RUN =
  'window.__pwned=1;try{top.__pwned=1}catch(e){};try{parent.__pwned=1}catch(e){}';

/** Such a server, and what it and the page saw. */
export class Beacon {
  private _server: Server | null = null;
  private _connections = 0;
  private _hits: string[] = [];
  private _seen: string[] = [];
  private _asked: string[] = [];
  private _url = '';

  /** Its address, without a slash at the end. */
  get url(): string {
    return this._url;
  }

  /** Waits for somebody to tell it something. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this._hits.push(request.url ?? '');
      response.end();
    });
    server.on('connection', () => {
      this._connections++;
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    this._server = server;
    const { port } = server.address() as AddressInfo;
    this._url = `http://127.0.0.1:${port}`;
  }

  /** Goes away. */
  stop(): void {
    this._server?.closeAllConnections();
    this._server?.close();
  }

  /** Begins to look at a page, with nothing seen so far. */
  watch(page: Page): void {
    this._hits = [];
    this._seen = [];
    this._asked = [];
    this._connections = 0;
    const see = (what: string): void => {
      this._seen.push(what);
    };
    page.on('request', request => {
      // What names no other place would ask JupyterLab's own server.
      if (
        request.url().startsWith(this._url) ||
        /(pwned-x|base\.png)$/.test(new URL(request.url()).pathname)
      ) {
        this._asked.push(request.url());
      }
    });
    page.on('websocket', socket => {
      if (socket.url().includes(new URL(this._url).host)) {
        see(`socket ${socket.url()}`);
      }
    });
    page.on('dialog', dialog => {
      see(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('popup', () => {
      see('popup');
    });
    page.on('download', () => {
      see('download');
    });
  }

  /** Expects that nothing was even tried: no browser had to refuse anything. */
  expectNoTry(): void {
    expect(this._connections).toBe(0);
    expect(this._asked).toEqual([]);
  }

  /** Expects that nothing ran and that nobody was told anything. */
  async expectNothing(page: Page): Promise<void> {
    // What was asked for before has arrived when this has.
    await page.evaluate(
      url => fetch(url, { mode: 'no-cors' }).then(() => undefined),
      `${this._url}/control`
    );
    expect(this._hits).toEqual(['/control']);
    expect(this._seen).toEqual([]);
    expect(await page.evaluate('window.__pwned')).toBeUndefined();
  }
}
