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
