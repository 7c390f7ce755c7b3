import { Notification } from '@jupyterlab/apputils';
import { toast } from './toast';

function shown(): string[] {
  return Notification.manager.notifications.map(({ message }) => message);
}

afterEach(() => {
  Notification.manager.dismiss();
});

it("replaces the last act's answer, and keeps remarks", () => {
  toast('success', 'Deleted a');
  toast('warning', 'Still shows b');
  toast('error', 'Refused c');
  expect(shown().sort()).toEqual(['Refused c', 'Still shows b']);
});

it('makes room at once for the next answer, so that its buttons stand still', () => {
  toast('success', 'Deleted a');
  // As JupyterLab shows it.
  const node = document.body.appendChild(document.createElement('div'));
  node.id = Notification.manager.notifications[0]?.id ?? '';
  toast('warning', 'Still shows b');
  expect(node.style.position).toBe('');
  toast('success', 'Undone: delete a');
  expect(node.style.position).toBe('absolute');
  expect(node.style.visibility).toBe('hidden');
  node.remove();
});
