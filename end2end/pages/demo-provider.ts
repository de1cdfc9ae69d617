import { expect } from '@playwright/test';

import type { Visitor } from './visitor';

/** The built-in provider asks who is there and whether the application may know. */
export class DemoProviderPage {
  constructor(private readonly visitor: Visitor) {}

  get name() {
    return this.visitor.page.getByLabel('Name', { exact: true });
  }
  get email() {
    return this.visitor.page.getByLabel('Email', { exact: true });
  }
  get allowButton() {
    return this.visitor.page.getByRole('button', { name: 'Allow', exact: true });
  }
  get denyButton() {
    return this.visitor.page.getByRole('button', { name: 'Deny', exact: true });
  }

  /** From the login page to the provider. */
  async reach(query = ''): Promise<void> {
    await this.visitor.login.open(query);
    await this.visitor.login.provider('Demo').click();
    await expect(this.allowButton).toBeVisible();
  }

  async allow(name: string, email: string): Promise<void> {
    await this.name.fill(name);
    await this.email.fill(email);
    await this.allowButton.click();
  }
}
