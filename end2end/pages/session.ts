import { expect } from '@playwright/test';

import type { Visitor } from './visitor';

export class SessionPage {
  constructor(private readonly visitor: Visitor) {}

  get heading() {
    return this.visitor.main.getByRole('heading', { name: 'Your session', exact: true });
  }
  get sessions() {
    return this.visitor.main.getByRole('list', { name: 'Active sessions', exact: true }).getByRole('listitem');
  }
  get thisDevice() {
    return this.sessions.filter({ hasText: 'This device' });
  }
  get others() {
    return this.sessions.filter({ hasNotText: 'This device' });
  }
  get endOthers() {
    return this.visitor.main.getByRole('button', { name: 'Log out other sessions', exact: true });
  }
  get logOutEverywhere() {
    return this.visitor.main.getByRole('button', { name: 'Log out everywhere', exact: true });
  }

  async open(): Promise<void> {
    await this.visitor.open('/session');
    await expect(this.heading).toBeVisible();
  }

  /** Ends the only other session. */
  async endTheOther(): Promise<void> {
    await this.others.getByRole('button', { name: 'End this session', exact: true }).click();
  }
}
