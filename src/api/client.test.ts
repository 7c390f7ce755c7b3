import { ServerConnection } from '@jupyterlab/services';
import { createClient, type IClient } from './client';
import { ProblemError, type Trouble } from './problem';

let requests: Request[];

function clientOf(answer: () => Promise<Response>): IClient {
  requests = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://hub.test/user/ada/',
    fetch: request => {
      requests.push(request as Request);
      return answer();
    }
  });
  return createClient(settings, {
    unreachable: { message: 'No answer.', hint: 'Wait.' },
    unanswered: { message: 'Done or not.', hint: 'Look.' }
  });
}

function json(status: number, body: unknown): () => Promise<Response> {
  return () => Promise.resolve(new Response(JSON.stringify(body), { status }));
}

async function troubleOf(asked: Promise<unknown>): Promise<Trouble> {
  const error: unknown = await asked.then(
    () => null,
    (reason: unknown) => reason
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problem;
}

function url(): URL {
  return new URL(requests[0]?.url ?? '');
}

describe('createClient', () => {
  it('asks below the base URL, and names the repository', async () => {
    const client = clientOf(json(200, { branches: [], more: 0, skipped: 0 }));
    await client.deleted('work/a b&c', true, 60);
    expect(url().pathname).toBe('/user/ada/mlgit/recovery/deleted-branches');
    expect(url().searchParams.get('repository')).toBe('work/a b&c');
    expect(url().searchParams.get('all')).toBe('true');
    expect(requests[0]?.method).toBe('GET');
  });

  it('leaves out what is not asked for', async () => {
    await clientOf(json(200, {})).timeline('', 'HEAD', 50, null);
    expect(url().searchParams.get('repository')).toBe('');
    expect(url().searchParams.has('after')).toBe(false);
  });

  it('sends an act as JSON with the state that it is for', async () => {
    const client = clientOf(json(200, {}));
    const body = { name: 'exp/a', force: false, dryRun: false };
    await client.deleteBranch('p', body, { stateToken: 'token-1' });
    expect(requests[0]?.method).toBe('POST');
    expect(requests[0]?.headers.get('If-Match')).toBe('token-1');
    expect(await requests[0]?.json()).toEqual(body);
  });

  it('gives the problem as the server has it', async () => {
    const problem = { code: 'tip-gone', message: 'Gone.', hint: 'Look.' };
    const client = clientOf(json(410, { problem }));
    expect(await troubleOf(client.status('p'))).toEqual(problem);
  });

  it.each([
    ['there is no answer', () => Promise.reject(new TypeError('refused'))],
    ['it is not JSON', () => Promise.resolve(new Response('<html>'))],
    ['another server answers', json(404, { message: 'Not Found' })]
  ])('says that it could not be reached when %s', async (_, answer) => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    expect(await troubleOf(clientOf(answer).status('p'))).toEqual({
      code: 'unreachable',
      message: 'No answer.',
      hint: 'Wait.'
    });
    warn.mockRestore();
  });

  it.each([
    ['an act whose answer is lost', false, lost, 'unanswered'],
    ['an act that a proxy gave up', false, json(502, {}), 'unanswered'],
    ['an act that was not let through', false, json(403, {}), 'unreachable'],
    ['a preview whose answer is lost', true, lost, 'unreachable']
  ])('says of %s whether it may be done', async (_, dryRun, answer, code) => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    const body = { name: 'exp/a', force: false, dryRun };
    const asked = clientOf(answer).deleteBranch('p', body, {});
    expect((await troubleOf(asked)).code).toBe(code);
    warn.mockRestore();
  });
});

function lost(): Promise<Response> {
  return Promise.reject(new TypeError('reset by peer'));
}
